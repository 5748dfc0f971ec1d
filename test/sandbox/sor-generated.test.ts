import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { customerAt, positionAtRank, positionOf, rankOf } from '../../src/sandbox/sor/generated-profiles.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf, resultOf } from './sor-caller.ts';

const position = fc.nat(30_000_000);

test('every generated customer is found again by its id', () => {
  fc.assert(
    fc.property(position, (at) => {
      const { customerId, type } = customerAt(at);
      expect(positionOf(customerId, type)).toBe(at);
    }),
  );
});

test('an id that only looks generated is nobody', () => {
  const { clientId, email, deviceId } = person(7);
  const strangers = [`1${clientId.slice(1, -1)}9`, `x${email}`, `${deviceId.slice(0, -1)}0`, '', '1e3'];
  for (const id of strangers) {
    expect(positionOf(id, 'user_id')).toBeUndefined();
    expect(positionOf(id, 'device_id')).toBeUndefined();
  }
  expect(positionOf(deviceId, 'user_id')).toBeUndefined();
  expect(positionOf(email, 'device_id')).toBeUndefined();
});

test('ranks count the customers of a type before a position', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.constantFrom('user_id' as const, 'device_id' as const, undefined), (count, type) => {
      const before = Array.from({ length: count }, (_, at) => at).filter(
        (at) => type === undefined || customerAt(at).type === type,
      );
      expect(rankOf(type, count)).toBe(before.length);
      expect(before.map((_, rank) => positionAtRank(type, rank))).toEqual(before);
    }),
  );
});

test('a million profiles in a file are ready at once, and what was changed is there on the second start', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sor-file-'));
  const file = join(directory, 'sor.sqlite');
  try {
    {
      await using sor = await startSor({ profiles: 1_000_000, file });
      const { feed } = callerOf(sor);
      const change = { attribute_key: 'contract_type', attribute_value: 'Kept' };
      await feed({
        sor: 'SOR_767yUpsMJoTWi0mz',
        api_key: 'tBqL8qvvAhfyAQ',
        customer_attribute_values: [person(333_000).email, 'newcomer'].map((customer_id) => ({
          ...{ customer_id, ...change },
        })),
      });
      await sor.settle();
    }

    const begun = performance.now();
    await using sor = await startSor({ file });
    const { get } = callerOf(sor);
    const answer = await get('/api/customer_profiles', {
      customer_ids: `${person(333_000).email},newcomer,${person(333_333).clientId}`,
      attribute_keys: 'contract_type',
    });
    expect(performance.now() - begun).toBeLessThan(30_000);

    const { profiles } = resultOf<{ profiles: { customer_id: string; attributes: object }[] }>(answer);
    expect(profiles.map(({ customer_id }) => customer_id).toSorted()).toEqual(
      [person(333_000).email, 'newcomer', person(333_333).clientId].toSorted(),
    );
    expect(profiles.find(({ customer_id }) => customer_id === 'newcomer')?.attributes).toMatchObject({
      SOR_767yUpsMJoTWi0mz: { contract_type: 'Kept' },
    });
    const last = await get('/api/customer_profiles', { page: 1_000_004, num_per_page: 1 });
    expect(last.json).toMatchObject({
      result: { total_profiles: 1_000_004, profiles: [{ customer_id: 'newcomer' }] },
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('generated values do not change from start to start', async () => {
  const first = async () => {
    await using sor = await startSor({ profiles: 60, samples: false });
    return (await callerOf(sor).get('/api/customer_profiles')).text;
  };
  expect(await first()).toBe(await first());
});

test('some generated values are null, some keys are missing, and some values have no date', async () => {
  await using sor = await startSor({ profiles: 300, samples: false });
  const { get } = callerOf(sor);
  const { profiles } = resultOf<{ profiles: { attributes: { global: object } }[] }>(
    await get('/api/customer_profiles'),
  );
  const cities = profiles.map(({ attributes }) => ('city' in attributes.global ? attributes.global.city : undefined));
  expect(cities).toContain(null);
  expect(cities).toContain(undefined);
  expect(cities).toContain('Porto');
  const dated = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const params = { sor_id: 'SOR-SDK_2a116e0767a7dc76e85d566', customer_id: person(n).email };
      return (
        await get('/api/attribute_values', {
          ...params,
          customer_type: 'user_id',
          with_validity_dates: 'true',
        })
      ).text;
    }),
  );
  expect(dated.some((text) => /"favorite_team":"/.test(text))).toBe(true);
  expect(dated.some((text) => /"favorite_team":\{"value":"[^"]+","since":"2\d{3}-/.test(text))).toBe(true);
});
