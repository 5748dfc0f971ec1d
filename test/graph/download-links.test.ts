import { expect, test } from 'vitest';
import { linkedFile, linksOf } from '../../src/graph/download-link.ts';
import { signerFor } from '../../src/keys.ts';

const signerWith = (...secrets: string[]) => signerFor(() => secrets, 'links');
const SIGNER = signerWith('a secret');
const SUBJECT = '{"keys":["a","é/?"]}';
const NOW = Date.parse('2026-01-02T03:04:05.678Z');
const HOLDER = { name: 'jwt:élise@example.com', scopes: ['exports:read'], claims: { roles: ['Büro'] } } as const;

const linkTo = linksOf('http://g.test', SIGNER, HOLDER);

test('a link carries what it is for and whose it is until it expires, and not a second longer', () => {
  const { url, expiresAt } = linkTo('profile-exports', SUBJECT, NOW);
  expect(expiresAt.toISOString()).toBe('2026-01-02T03:09:05.000Z');
  const file = { subject: SUBJECT, holder: HOLDER };
  expect(linkedFile(new URL(url), SIGNER, 'profile-exports', expiresAt.getTime())).toEqual(file);
  expect(linkedFile(new URL(url), SIGNER, 'profile-exports', expiresAt.getTime() + 1)).toBeUndefined();
});

test('a link ends with the credential of whoever got it', () => {
  const { expiresAt } = linksOf('http://g.test', SIGNER, HOLDER, NOW + 60_000)('exports', '7', NOW);
  expect(expiresAt.toISOString()).toBe('2026-01-02T03:05:05.000Z');
});

test('a link works on while the secret that signed it is in the list', () => {
  const { url } = linkTo('exports', '7', NOW);
  expect(linkedFile(new URL(url), signerWith('a new one', 'a secret'), 'exports', NOW)).toMatchObject({ subject: '7' });
  expect(linkedFile(new URL(url), signerWith('a new one'), 'exports', NOW)).toBeUndefined();
});

test('a link of another gateway is none, and neither is one whose kind was changed', () => {
  const { url } = linkTo('exports', '7', NOW);
  expect(linkedFile(new URL(url), SIGNER, 'exports', NOW)).toMatchObject({ subject: '7' });
  expect(linkedFile(new URL(url), signerWith('another'), 'exports', NOW)).toBeUndefined();
  const changed = new URL(url.replace('/exports/', '/profile-exports/'));
  expect(linkedFile(changed, SIGNER, 'profile-exports', NOW)).toBeUndefined();
});
