import { type DocumentNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { expect, test, vi } from 'vitest';
import { documentCache } from '../../src/server/documents.ts';
import { startGateway } from '../support/gateway.ts';

const DOCUMENT: DocumentNode = { kind: 'Document', definitions: [] } as never;

/** A text of that many characters, no two numbers alike. */
const textOf = (number: number, characters: number) => `{ __typename } # ${number} `.padEnd(characters, '.');

/** The caches that came to hold documents while `run` ran. */
async function documentCachesOf(run: () => Promise<void>): Promise<LRUCache<string, DocumentNode>[]> {
  using set = vi.spyOn(LRUCache.prototype as LRUCache<string, DocumentNode>, 'set');
  await run();
  const kept = set.mock.contexts.filter((_cache, call) => set.mock.calls[call]?.[1]?.kind === 'Document');
  return [...new Set(kept as LRUCache<string, DocumentNode>[])];
}

test('the gateway keeps documents of two million characters at most, those that were asked for last', async () => {
  await using gateway = await startGateway();
  const texts = Array.from({ length: 30 }, (_, number) => textOf(number, 90_000));
  const caches = await documentCachesOf(async () => {
    for (const text of texts) expect(await gateway.query(text)).toEqual({ data: { __typename: 'Query' } });
  });

  expect(caches).toHaveLength(1);
  expect(caches[0]?.calculatedSize).toBe(22 * 90_000);
  expect(texts.map((text) => caches[0]?.has(text))).toEqual(texts.map((_, number) => number >= 8));
});

test('the gateway parses an operation once, however often it comes', async () => {
  await using gateway = await startGateway();
  using set = vi.spyOn(LRUCache.prototype, 'set');
  for (let time = 0; time < 3; time += 1) await gateway.query('{ __typename }');
  expect(set.mock.calls.filter(([text]) => text === '{ __typename }')).toHaveLength(1);
});

test('a text that cannot be parsed is not kept, and has the same answer when it comes again', async () => {
  await using gateway = await startGateway();
  using set = vi.spyOn(LRUCache.prototype, 'set');
  const first = await gateway.query('{ __typename');
  expect(await gateway.query('{ __typename')).toEqual(first);
  expect(set.mock.calls.filter(([text]) => text === '{ __typename')).toEqual([]);
});

test.each([
  [100_000, true],
  [100_001, false],
])('a text of %i characters is kept: %s', (characters, isKept) => {
  const cache = documentCache();
  cache.set(textOf(1, characters), DOCUMENT);
  expect(cache.get(textOf(1, characters)) === DOCUMENT).toBe(isKept);
});

test('a text of nothing but short names counts for the tokens that it is made of', () => {
  const cache = documentCache();
  for (let number = 0; number < 30; number += 1) {
    const text = `{ a${number} ${'b '.repeat(12_000)}}`;
    cache.set(text, parse(text));
  }
  expect(cache.size).toBe(20);
});

test('short texts are kept by the thousand, and no text at all is as good as any', () => {
  const cache = documentCache();
  for (const text of ['', ...Array.from({ length: 1_000 }, (_, number) => textOf(number, 30))]) {
    cache.set(text, DOCUMENT);
  }
  expect(cache.size).toBe(1_000);
  expect(cache.get('')).toBeUndefined();
  expect(cache.get(textOf(0, 30))).toBe(DOCUMENT);
});
