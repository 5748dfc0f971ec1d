import { expect, test } from 'vitest';
import { serve } from '../../src/sandbox/server.ts';
import { startGateway } from '../support/gateway.ts';

const QUERY = `{ customerProfile(customerId: "a") { customerId attributes { values { key value string exactNumber } } } }`;
const LEAVES = ['1', '12345678901234567890', '{"a":"12345678901234567890"}'];

/** A value so many levels deep. */
const deep = (levels: number, leaf: string) => `${'['.repeat(levels)}${leaf}${']'.repeat(levels)}`;

test.each([101, 999, 3_000, 100_000].flatMap((levels) => LEAVES.map((leaf) => [levels, leaf] as const)))(
  'a value of %i levels around %s is null with an error at its place, and all others are there, kept answers too',
  async (levels, leaf) => {
    const age = deep(levels, leaf);
    const profile = `{"customer_id":"a","customer_id_type":"user_id","attributes":{"global":{"age":${age},"size":12345678901234567890}}}`;
    await using sor = await serve(() => ({
      status: 200,
      body: `{"success":true,"result":{"profiles":[${profile}],"total_profiles":1,"total_pages":1}}`,
      headers: { 'content-type': 'application/json' },
    }));
    await using gateway = await startGateway({ env: { CACHE: 'on', SOR_URL: sor.origin } });
    for (const _ of ['read', 'kept']) {
      const { data, errors } = await gateway.query(QUERY);
      expect(errors).toMatchObject([
        {
          message: 'The API answered with a value that is nested too deeply.',
          path: ['customerProfile', 'attributes', 0, 'values', 0, 'value'],
          extensions: { code: 'UPSTREAM_BAD_RESPONSE' },
        },
      ]);
      const size = { key: 'size', value: '12345678901234567890', string: null, exactNumber: '12345678901234567890' };
      const values = [{ key: 'age', value: null, string: null, exactNumber: null }, size];
      expect(data.customerProfile).toEqual({ customerId: 'a', attributes: [{ values }] });
    }
    expect(sor.calls).toHaveLength(1);
    expect(gateway.logged).toEqual([]);
  },
);

test('a value of 100 levels is shown', async () => {
  const profile = `{"customer_id":"a","customer_id_type":"user_id","attributes":{"global":{"age":${deep(99, '{}')}}}}`;
  await using sor = await serve(() => ({
    status: 200,
    body: `{"success":true,"result":{"profiles":[${profile}],"total_profiles":1,"total_pages":1}}`,
    headers: { 'content-type': 'application/json' },
  }));
  await using gateway = await startGateway({ env: { SOR_URL: sor.origin } });
  const { data, errors } = await gateway.query(QUERY);
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).toContain(deep(99, '{}'));
});
