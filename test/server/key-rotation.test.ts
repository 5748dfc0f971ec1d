import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { bearer, startIdentityProvider } from '../support/identity-provider.ts';
import { movableClock } from '../support/movable-clock.ts';
import { startProcess } from '../support/process.ts';

const statusOf = async (gateway: Gateway, token: string) => {
  const response = await gateway.fetch('/graphql?query={__typename}', { headers: bearer(token) });
  return response.status;
};
const MINUTE = 60_000;

test('a new key is found, an old one is good until it is withdrawn, and one read serves many tokens', async () => {
  await using provider = await startIdentityProvider();
  using clock = movableClock();
  await using gateway = await startGateway({ env: provider.settings });
  const old = await provider.token();
  const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(gateway, old)));
  expect([new Set(statuses), provider.reads()]).toEqual([new Set([200]), 1]);

  await provider.addKey('second');
  const young = await provider.token({}, { kid: 'second' });
  clock.pass(MINUTE);
  expect([await statusOf(gateway, young), await statusOf(gateway, old), provider.reads()]).toEqual([200, 200, 2]);

  provider.withdrawKey('first');
  expect(await statusOf(gateway, old)).toBe(200);
  clock.pass(10 * MINUTE);
  // Nobody waits for keys that are read because they are old.
  await statusOf(gateway, young);
  await expect.poll(() => statusOf(gateway, old)).toBe(401);
  expect([await statusOf(gateway, young), provider.reads()]).toEqual([200, 3]);
});

test('tokens of keys that do not exist make it read them once in ten seconds, however many come', async () => {
  await using provider = await startIdentityProvider();
  using clock = movableClock();
  await using gateway = await startGateway({ env: provider.settings });
  await statusOf(gateway, await provider.token());
  const wrong = await Promise.all(
    Array.from({ length: 30 }, (_, at) => provider.token({}, { kid: `none-${at}`, signedBy: 'first' })),
  );
  for (const [at, pass] of [9_000, 2_000, 5_000, 6_000].entries()) {
    clock.pass(pass);
    const statuses = await Promise.all(wrong.map((token) => statusOf(gateway, token)));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(provider.reads()).toBe([1, 2, 2, 3][at]);
  }
  expect(gateway.logged).toHaveLength(1);
});

test.each([
  ['cuts connections', { kind: 'reset' }],
  ['answers 500', { kind: 'status', status: 500 }],
  ['answers a page', { kind: 'html' }],
  ['answers something else', { kind: 'body', body: { keys: 'none' } }],
] as const)('while the key server %s, known keys let in, and others are asked to come again', async (_, fault) => {
  await using provider = await startIdentityProvider();
  using clock = movableClock();
  await using gateway = await startGateway({ env: provider.settings });
  const token = await provider.token();
  expect(await statusOf(gateway, token)).toBe(200);

  provider.dials.fault = () => fault as never;
  await provider.addKey('second');
  const young = await provider.token({}, { kid: 'second' });
  for (let minutes = 0; minutes < 60; minutes += 11) {
    clock.pass(11 * MINUTE);
    expect([await statusOf(gateway, token), await statusOf(gateway, young)]).toEqual([200, 503]);
  }
  const { errors } = await gateway.query('{ __typename }', {}, bearer(young));
  expect(errors).toEqual([
    {
      message: 'Tokens cannot be checked just now.',
      extensions: { code: 'UPSTREAM_UNAVAILABLE', retryAfter: 10 },
    },
  ]);
  expect(gateway.logged.map((line) => JSON.parse(line).msg)).toEqual([
    'JWT_JWKS cannot be read: only tokens of keys that are known are accepted',
  ]);

  provider.dials.fault = undefined;
  clock.pass(11_000);
  expect(await statusOf(gateway, young)).toBe(200);
  expect(JSON.parse(gateway.logged.at(-1) ?? '').msg).toBe('JWT_JWKS was read again');
});

test('a gateway that starts before its key server lets in as soon as that is there', async () => {
  await using provider = await startIdentityProvider();
  using clock = movableClock();
  provider.dials.fault = () => ({ kind: 'status', status: 503 });
  await using gateway = await startGateway({ env: provider.settings });
  const token = await provider.token();
  const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(gateway, token)));
  expect([new Set(statuses), provider.reads()]).toEqual([new Set([503]), 1]);
  provider.dials.fault = undefined;
  clock.pass(11_000);
  expect(await statusOf(gateway, token)).toBe(200);
});

test('keys in a file are rotated while it runs', { timeout: 60_000 }, async () => {
  await using provider = await startIdentityProvider();
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify(provider.keySet()));
  await using gateway = await startProcess({ ...provider.settings, JWT_JWKS: file });
  const statusWith = async (token: string) =>
    (await fetch(`${gateway.origin}/graphql?query={__typename}`, { headers: bearer(token) })).status;
  const old = await provider.token();
  expect(await statusWith(old)).toBe(200);

  provider.withdrawKey('first');
  await provider.addKey('second');
  const young = await provider.token({}, { kid: 'second' });
  expect(await statusWith(young)).toBe(401);
  writeFileSync(file, JSON.stringify(provider.keySet()));
  await gateway.logged(/^settings were read again/);
  expect([await statusWith(old), await statusWith(young)]).toEqual([401, 200]);
});
