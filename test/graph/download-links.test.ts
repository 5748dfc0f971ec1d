import { generateKeySync } from 'node:crypto';
import { expect, test } from 'vitest';
import { downloadLink, linkedSubject } from '../../src/graph/download-link.ts';

const KEY = generateKeySync('hmac', { length: 256 });
const SUBJECT = '{"keys":["a","é/?"]}';
const NOW = Date.parse('2026-01-02T03:04:05.678Z');

test('a link carries what it is for until it expires, and not a second longer', () => {
  const { url, expiresAt } = downloadLink('http://g.test', KEY, 'profile-exports', SUBJECT, NOW);
  expect(expiresAt.toISOString()).toBe('2026-01-02T03:19:05.000Z');
  expect(linkedSubject(new URL(url), KEY, 'profile-exports', expiresAt.getTime())).toBe(SUBJECT);
  expect(linkedSubject(new URL(url), KEY, 'profile-exports', expiresAt.getTime() + 1)).toBeUndefined();
});

test('a link of another gateway is none, and neither is one whose kind was changed', () => {
  const { url } = downloadLink('http://g.test', KEY, 'exports', '7', NOW);
  const other = generateKeySync('hmac', { length: 256 });
  expect(linkedSubject(new URL(url), KEY, 'exports', NOW)).toBe('7');
  expect(linkedSubject(new URL(url), other, 'exports', NOW)).toBeUndefined();
  const changed = new URL(url.replace('/exports/', '/profile-exports/'));
  expect(linkedSubject(changed, KEY, 'profile-exports', NOW)).toBeUndefined();
});
