import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Config, readConfig, VARIABLE_NAMES } from '../src/config/config.ts';
import { mistakesIn } from './support/config.ts';

const JWT = {
  AUTH: 'jwt',
  JWT_ISSUER: 'https://id.example',
  JWT_AUDIENCE: 'graph',
  JWT_JWKS: 'https://id.example/keys',
};

const ACCEPTED: [name: keyof Config, text: string, value: unknown][] = [
  ['AUTH', 'jwt', ['jwt']],
  ['JWT_ISSUER', 'https://id.example/', 'https://id.example/'],
  ['JWT_AUDIENCE', 'graph, api', ['graph', 'api']],
  ['JWT_JWKS', 'http://keycloak:8080/certs', new URL('http://keycloak:8080/certs')],
  ['JWT_ALGORITHMS', 'RS256,EdDSA', ['RS256', 'EdDSA']],
  ['JWT_SCOPE_CLAIM', 'realm_access.roles', ['realm_access.roles']],
  ['JWT_ROLES', '{"support":["pii:read"]}', new Map([['support', ['pii:read']]])],
];

test.each(ACCEPTED)('with AUTH=jwt %s can be %s', (name, text, value) => {
  expect(readConfig({ ...JWT, [name]: text })[name]).toEqual(value);
});

const KEY_SET = 'JWT_JWKS must be a URL, or a file with a JSON Web Key Set.';
const SCOPE_NAMES = 'pii:read, gdpr:read, gdpr:write, hood:write, sor:write, secrets:read, exports:read';
const ALGORITHMS = 'RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519';
const ROLES = `JWT_ROLES must be JSON such as {"support":["pii:read"]}, with scopes of: ${SCOPE_NAMES}.`;

const REFUSED: [name: string, text: string, mistake: string][] = [
  ['JWT_JWKS', 'package.json', KEY_SET],
  ['JWT_JWKS', 'none.json', KEY_SET],
  ['JWT_ALGORITHMS', 'HS256', `JWT_ALGORITHMS must be algorithms, separated by commas, of: ${ALGORITHMS}.`],
  ['JWT_ROLES', 'support', ROLES],
  ['JWT_ROLES', '{"support":["all"]}', ROLES],
];

test.each(REFUSED)('with AUTH=jwt %s cannot be %s', (name, text, sentence) => {
  const mistake = sentence.replace(' ', ` is ${JSON.stringify(text)}, but `);
  expect(mistakesIn({ ...JWT, [name]: text })).toEqual([mistake]);
});

test('nothing can be fetched by a URL with a password, which is not shown', () => {
  expect(mistakesIn({ ...JWT, JWT_JWKS: 'https://name:word@id.example/keys' })).toEqual([KEY_SET]);
});

test('a file with a private key is none of public keys', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'keys-'));
  const path = join(folder.path, 'keys.json');
  await writeFile(path, JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AA', d: 'AA' }] }));
  expect(mistakesIn({ ...JWT, JWT_JWKS: path })).toEqual([KEY_SET.replace(' ', ` is ${JSON.stringify(path)}, but `)]);
});

test('every setting of tokens is tried', () => {
  const names = VARIABLE_NAMES.filter((name) => name.startsWith('JWT_'));
  expect(new Set(names).difference(new Set(ACCEPTED.map(([name]) => name)))).toEqual(new Set());
});
