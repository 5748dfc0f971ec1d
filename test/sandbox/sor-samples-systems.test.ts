import { expect, test } from 'vitest';
import { SAMPLE_GLOBAL_ATTRIBUTES } from '../../src/sandbox/sor/samples.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf, resultOf } from './sor-caller.ts';

const samplesOnly = () => startSor({ profiles: 0 });

const GLOBAL = {
  name: 'Global SoR for Your Entity',
  identifier: 'SOR_id3nt1f13r',
  type: 'global',
  api_keys: ['ebi97ujupC_tHQ'],
  attributes_count: 2,
  disabled: false,
  customer_attributes: [
    {
      disabled: false,
      identifier: 'FACA_1518ddb56f2234933400dd0af9',
      key: 'profit-focused-client-driven-standardization',
      label: 'Smith and Sons',
      sources: ['DEFAULT'],
      value_type: 'String',
    },
    {
      disabled: false,
      identifier: 'FACA_da6e51e7e4d8eb305f236a8977e6ab7c',
      key: 'devolved-executive-matrices',
      label: 'Schuppe, Zboncak and Mertz',
      sources: ['DEFAULT'],
      value_type: 'String',
    },
  ],
};
const APP_XYZ = {
  name: 'SOR for app XYZ',
  identifier: 'SOR-SDK_your.package.name',
  type: 'app',
  api_keys: ['FH7nIacl4f'],
  attributes_count: 0,
  disabled: false,
  updated_date: '2020-01-21 14:47:19 UTC',
  customer_attributes: [],
};

/** An entity with the two systems of the sample and nothing else. */
async function twoSystems() {
  const sor = await startSor({ profiles: 0, samples: false });
  const updated = Date.parse('2020-01-21T14:47:19Z');
  sor.insertSystems([
    {
      ...{ identifier: GLOBAL.identifier, name: GLOBAL.name, type: 'global', apiKeys: GLOBAL.api_keys },
      ...{ updated, attributes: SAMPLE_GLOBAL_ATTRIBUTES },
    },
    { identifier: APP_XYZ.identifier, name: APP_XYZ.name, type: 'app', apiKeys: APP_XYZ.api_keys, updated },
  ]);
  return sor;
}

test("the vendor's page on systems of record: list, its global system without a date", async () => {
  await using sor = await twoSystems();
  const { json } = await callerOf(sor).get('/api/system_of_records');
  expect(json).toEqual({ success: true, result: [GLOBAL, APP_XYZ] });
});

test("the vendor's page on systems of record: View, the global system with a date", async () => {
  await using sor = await twoSystems();
  const { json } = await callerOf(sor).get('/api/system_of_records/SOR_id3nt1f13r');
  expect(json).toEqual({ success: true, result: { ...GLOBAL, updated_date: '2020-01-21 14:47:19 UTC' } });
});

test("the vendor's page on systems of record: create and update, both without date and attributes", async () => {
  await using sor = await samplesOnly();
  const { post, put } = callerOf(sor);
  const created = {
    name: 'My Custom SoR',
    identifier: expect.stringMatching(/^SOR_[A-Za-z0-9]{16}$/),
    type: 'custom',
    api_keys: [expect.stringMatching(/^[-_A-Za-z0-9]{14}$/)],
    attributes_count: 0,
    disabled: false,
  };

  const answer = await post('/api/system_of_records', { name: 'My Custom SoR' });
  expect(answer.json).toEqual({ success: true, result: created });

  const { identifier } = resultOf<{ identifier: string }>(answer);
  const updated = await put(`/api/system_of_records/${identifier}`, { name: 'Renamed' });
  expect(updated.json).toEqual({ success: true, result: { ...created, name: 'Renamed', identifier } });
});

test("the vendor's page on systems of record: disable, enable and delete", async () => {
  await using sor = await samplesOnly();
  const { put, delete: remove } = callerOf(sor);
  const path = '/api/system_of_records/SOR_XXXX';

  expect((await put(`${path}/disable`)).json).toEqual({ success: true });
  expect((await put(`${path}/enable`)).json).toEqual({ success: true });
  expect((await remove(path)).json).toEqual({ success: true });
});
