import { expect, test } from 'vitest';
import { downloadLink, linkedSubject } from '../../src/graph/download-link.ts';
import { signerFor } from '../../src/keys.ts';

const signerWith = (...secrets: string[]) => signerFor(() => secrets, 'links');
const SIGNER = signerWith('a secret');
const SUBJECT = '{"keys":["a","é/?"]}';
const NOW = Date.parse('2026-01-02T03:04:05.678Z');

test('a link carries what it is for until it expires, and not a second longer', () => {
  const { url, expiresAt } = downloadLink('http://g.test', SIGNER, 'profile-exports', SUBJECT, NOW);
  expect(expiresAt.toISOString()).toBe('2026-01-02T03:19:05.000Z');
  expect(linkedSubject(new URL(url), SIGNER, 'profile-exports', expiresAt.getTime())).toBe(SUBJECT);
  expect(linkedSubject(new URL(url), SIGNER, 'profile-exports', expiresAt.getTime() + 1)).toBeUndefined();
});

test('a link works on while the secret that signed it is in the list', () => {
  const { url } = downloadLink('http://g.test', SIGNER, 'exports', '7', NOW);
  expect(linkedSubject(new URL(url), signerWith('a new one', 'a secret'), 'exports', NOW)).toBe('7');
  expect(linkedSubject(new URL(url), signerWith('a new one'), 'exports', NOW)).toBeUndefined();
});

test('a link of another gateway is none, and neither is one whose kind was changed', () => {
  const { url } = downloadLink('http://g.test', SIGNER, 'exports', '7', NOW);
  expect(linkedSubject(new URL(url), SIGNER, 'exports', NOW)).toBe('7');
  expect(linkedSubject(new URL(url), signerWith('another'), 'exports', NOW)).toBeUndefined();
  const changed = new URL(url.replace('/exports/', '/profile-exports/'));
  expect(linkedSubject(changed, SIGNER, 'profile-exports', NOW)).toBeUndefined();
});
