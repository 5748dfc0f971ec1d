import { expect, test } from 'vitest';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf, resultOf } from './sor-caller.ts';

const APP = 'SOR-SDK_2a116e0767a7dc76e85d566';

const NO_GLOBAL_VALUES = {
  ...{ first_name: null, last_name: null, email: null, date_of_birth: null, gender: null },
  ...{ country: null, city: null, region: null, profile_picture_url: null },
};

const installation = (device: string) => [
  { app_id: 'FAAPPLI_Eg1dK5g', sor_id: APP, installations: [{ device_id: device }] },
];

const MAXIMILLIAN = {
  customer_id: 'maximillian_weber@ritchiehyatt.name',
  customer_id_type: 'user_id',
  attributes: {
    global: { ...NO_GLOBAL_VALUES, first_name: 'maximillian', last_name: 'weber' },
    [APP]: { favorite_team: 'PSG', other_team: null },
  },
  applications: installation('01FF1D5F-41B0-4444-B145-E608BC45FFD1'),
};

const ROBERT = {
  customer_id: 'robert.hill@mymail.org',
  customer_id_type: 'user_id',
  attributes: {
    global: { ...NO_GLOBAL_VALUES, first_name: 'robert', last_name: 'hill', email: 'robert.hill@mymail.org' },
    [APP]: { favorite_team: 'Real Madrid', other_team: null },
  },
  applications: installation('FA3A11ED-200E-31DD-C409-430CBAE3204C'),
};

const samplesOnly = () => startSor({ profiles: 0 });

test("the vendor's page on customer profiles: list", async () => {
  await using sor = await samplesOnly();
  sor.insertProfiles(Array.from({ length: 17 }, (_, n) => ({ customerId: `customer ${n}` })));
  const { get } = callerOf(sor);

  const { json } = await get('/api/customer_profiles', { num_per_page: 10 });

  expect(json).toEqual({
    success: true,
    result: { total_pages: 2, total_profiles: 20, profiles: expect.any(Array) },
  });
  expect(resultOf<{ profiles: unknown[] }>({ status: 200, text: '', json }).profiles.slice(0, 2)).toEqual([
    MAXIMILLIAN,
    ROBERT,
  ]);
});

test("the vendor's page on customer profiles: list of changes", async () => {
  await using sor = await samplesOnly();
  const { get } = callerOf(sor);

  const { json } = await get('/api/customer_profiles', { updated_since: '2018-01-01', num_per_page: 1 });

  expect(json).toEqual({
    success: true,
    result: {
      profiles: [
        {
          ...MAXIMILLIAN,
          attributes: {
            global: {},
            [APP]: {
              favorite_team: { value: 'PSG', removed: false },
              other_team: { value: null, removed: true },
            },
          },
        },
      ],
      next: `${sor.api.origin}/api/customer_profiles?page=2`,
    },
  });
});

test("the vendor's page on customer profiles: refusal", async () => {
  await using sor = await samplesOnly();
  const { get } = callerOf(sor);

  const answer = await get('/api/customer_profiles', { page: 'xxxxx' });

  expect(answer.status).toBe(400);
  expect(answer.json).toEqual({
    status: '400',
    success: false,
    error_message: 'Param page is not valid',
  });
});

test("the vendor's page on customer profiles: View", async () => {
  await using sor = await samplesOnly();
  const { get } = callerOf(sor);

  const { json } = await get('/api/customer_profiles/maximillian_weber%40ritchiehyatt%2Ename', {
    customer_id_type: 'user_id',
  });

  expect(json).toEqual({ success: true, result: [MAXIMILLIAN] });
});
