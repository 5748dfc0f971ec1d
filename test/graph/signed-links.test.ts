import { generateKeySync } from 'node:crypto';
import { expect, test } from 'vitest';
import { linkedProfileExport, profileExportLink } from '../../src/graph/profile-export-link.ts';

const KEY = generateKeySync('hmac', { length: 256 });
const QUERY = { keys: ['a', 'é'], customerIdType: 'user_id' as const };
const NOW = Date.parse('2026-01-02T03:04:05.678Z');

test('a link to an export carries what it is for until it expires, and not a second longer', () => {
  const { url, expiresAt } = profileExportLink('http://g.test', KEY, QUERY, NOW);
  expect(expiresAt.toISOString()).toBe('2026-01-02T03:19:05.000Z');
  expect(linkedProfileExport(new URL(url), KEY, expiresAt.getTime())).toEqual(QUERY);
  expect(linkedProfileExport(new URL(url), KEY, expiresAt.getTime() + 1)).toBeUndefined();
});

test('a link of another gateway is none', () => {
  const { url } = profileExportLink('http://g.test', KEY, QUERY, NOW);
  const other = generateKeySync('hmac', { length: 256 });
  expect(linkedProfileExport(new URL(url), other, NOW)).toBeUndefined();
});
