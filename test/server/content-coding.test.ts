import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentCodingFor } from '../../src/server/content-coding.ts';

describe('the coding of a page', () => {
  test.each<[header: string | null, coding: string, because: string]>([
    [null, 'identity', 'nothing is said'],
    ['', 'identity', 'nothing is accepted by name'],
    ['gzip, deflate, br, zstd', 'br', 'a browser takes all: the smallest'],
    ['GZIP', 'gzip', 'names are not case-sensitive'],
    ['br;q=0.5, gzip;q=0.8', 'gzip', 'a client has a preference'],
    ['br;q=0.5, gzip;q=0.5', 'br', 'two are as good: the smaller'],
    ['br;q=0, gzip', 'gzip', 'one is refused'],
    ['br;q=0.000, *', 'gzip', 'any but one is welcome'],
    ['*', 'br', 'any is welcome'],
    ['*;q=0', 'identity', 'all are refused: a plain page is better than none'],
    ['identity;q=0, gzip;q=0.001', 'gzip', 'plain is refused'],
    ['identity, br;q=0.9', 'identity', 'plain is preferred'],
    ['br;q=0.001', 'br', 'plain is not mentioned, and so not preferred'],
    ['zstd, deflate', 'identity', 'only others are known'],
    ['br ; q=1.0 , gzip', 'br', 'there are blanks'],
    ['br;q=2, gzip;q=0.1', 'gzip', 'a weight is out of range: not said'],
    ['brotli, gzip;level=9', 'identity', 'what is said means nothing here'],
  ])('for %j is %s (%s)', (header, coding) => {
    expect(contentCodingFor(header)).toBe(coding);
  });

  test('is never one that a client refused or did not name, whatever it sends', () => {
    const weight = fc.constantFrom('', ';q=0', ';q=0.3', ';q=0.7', ';q=1');
    const member = fc.tuple(fc.constantFrom('br', 'gzip', 'identity', 'zstd'), weight);
    const members = fc.uniqueArray(member, { selector: ([name]) => name });
    fc.assert(
      fc.property(members, (list) => {
        const coding = contentCodingFor(list.map((parts) => parts.join('')).join(', '));
        const weights = new Map(list);
        if (coding !== 'identity') expect(weights.get(coding)).toMatch(/^(;q=(0\.\d|1))?$/);
      }),
    );
  });
});
