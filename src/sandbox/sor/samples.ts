import { APP_ID, APP_SYSTEM, GLOBAL_SYSTEM } from './generated-values.ts';
import { beginImport } from './imports.ts';
import {
  type AttributeSeed,
  type DatedValue,
  insertAttributes,
  insertProfiles,
  insertSystems,
  type ProfileSeed,
  type SystemSeed,
} from './seeding.ts';
import type { Sor } from './sor.ts';

/** The records that the vendor's sample answers show. */

const at = (iso: string): number => Date.parse(iso);

/** The attributes of the global system in the samples of systems of record, and of removed attributes. */
export const SAMPLE_GLOBAL_ATTRIBUTES: AttributeSeed[] = [
  {
    ...{ identifier: 'FACA_1518ddb56f2234933400dd0af9', label: 'Smith and Sons', type: 'String' },
    ...{ key: 'profit-focused-client-driven-standardization', created: at('2020-01-21T14:47:19Z') },
  },
  {
    ...{ identifier: 'FACA_da6e51e7e4d8eb305f236a8977e6ab7c', label: 'Schuppe, Zboncak and Mertz' },
    ...{ key: 'devolved-executive-matrices', type: 'String', created: at('2020-01-21T14:47:19Z') },
  },
];

/** Removed from the system with the internal number 1. */
const SAMPLE_REMOVED_ATTRIBUTES: AttributeSeed[] = [
  {
    ...{ id: 32_500, removed: true, identifier: 'FACA_FgzfBvu', key: 'attr1', label: 'attributeTest1' },
    ...{ type: 'Number', created: at('2019-09-03T16:01:55.852Z'), updated: at('2020-01-06T11:00:26.082Z') },
  },
  {
    ...{ id: 33_050, removed: true, identifier: 'FACA_2BmN8T0', key: 'attr2', label: 'attributeTest2' },
    ...{ type: 'String', created: at('2019-09-25T14:52:04.261Z'), updated: at('2019-12-26T16:54:33.275Z') },
  },
];

const SAMPLE_SYSTEMS: SystemSeed[] = [
  {
    ...{ identifier: 'SOR-SDK_your.package.name', name: 'SOR for app XYZ', type: 'app' },
    ...{ apiKeys: ['FH7nIacl4f'], updated: at('2020-01-21T14:47:19Z') },
  },
  {
    ...{ identifier: 'SOR-SDK_2a116e0767a7dc76e85a5ef85434d92b', name: 'SOR for app ABC', type: 'app' },
    apiKeys: ['k2Xw81hcPz'],
    attributes: [
      { identifier: 'FACA_eVYy7KP9PZqP_B8w', key: 'is_valid', label: 'Is valid', type: 'Boolean' },
    ],
  },
  {
    ...{ identifier: 'SOR-SDK_c7a5a35762fd9e50006fd77215599dfb', name: 'SOR for app DEF', type: 'app' },
    apiKeys: ['Yb5v0QmTn3'],
  },
  {
    ...{ identifier: 'SOR_XXXX', name: 'Insurance back office', type: 'custom', apiKeys: ['XXXXXXXX'] },
    // `fav_team` is not among them: the first value fed for it declares it.
    attributes: [
      ...['first_name', 'last_name', 'contract_type', 'client_type'].map(text),
      { key: 'hobbies', type: 'Set' },
      text('favorite_team'),
      { key: 'languages', type: 'Set' },
      ...['city', 'region'].map(text),
    ],
  },
];

const SUMMER = at('2018-06-01T10:00:00.000Z');

const SAMPLE_PROFILES: ProfileSeed[] = [
  {
    customerId: 'maximillian_weber@ritchiehyatt.name',
    updated: SUMMER + 1000,
    values: {
      [GLOBAL_SYSTEM]: { first_name: old('maximillian'), last_name: old('weber') },
      [APP_SYSTEM]: {
        favorite_team: { value: 'PSG', since: SUMMER },
        other_team: { value: null, since: SUMMER + 1000, held: SUMMER },
      },
    },
    installations: [onDevice('01FF1D5F-41B0-4444-B145-E608BC45FFD1')],
  },
  {
    customerId: 'robert.hill@mymail.org',
    updated: SUMMER + 2000,
    values: {
      [GLOBAL_SYSTEM]: {
        ...{ first_name: old('robert'), last_name: old('hill'), email: old('robert.hill@mymail.org') },
      },
      [APP_SYSTEM]: { favorite_team: { value: 'Real Madrid', since: SUMMER + 2000 } },
    },
    installations: [onDevice('FA3A11ED-200E-31DD-C409-430CBAE3204C')],
  },
  {
    customerId: 'maximillian',
    updated: at('2017-12-05T11:34:51.701Z'),
    values: {
      SOR_XXXX: {
        first_name: old('maximillian'),
        last_name: old('weber'),
        contract_type: { value: 'Premium', since: at('2017-11-13T06:55:21.437Z') },
        favorite_team: { value: 'France', since: null },
        languages: {
          value: ['French', 'English'],
          since: at('2017-12-05T11:34:51.701Z'),
          elements: [at('2017-10-29T21:47:30.630Z'), at('2017-12-05T11:34:51.701Z')],
        },
      },
    },
  },
];

/** Adds the samples to the base systems. */
export function insertSamples(sor: Sor): void {
  insertAttributes(sor, GLOBAL_SYSTEM, [...SAMPLE_GLOBAL_ATTRIBUTES, ...SAMPLE_REMOVED_ATTRIBUTES]);
  insertSystems(sor, SAMPLE_SYSTEMS);
  insertProfiles(sor, SAMPLE_PROFILES);
  // A day ago, because imports are forgotten after a week.
  const date = sor.now() - 86_400_000;
  const job_id = beginImport(sor, date);
  const value =
    '{\n"customer_id" :"098713490",\n"attribute_key" :"contract_type",\n"attribute_value" :"Premium"\n}';
  sor.errors.set('0', {
    ...{ job_id, customer_id: 'Bob', key: 'age', sor: 'SOR_XXX', date, source: 'AttributeCleaner' },
    message: 'attributeKey is empty',
    raw: `{\n"sor":"SOR_XXXX",\n"api_key":"XXXXXXXX",\n"customer_attribute_values": [\n${value}\n]\n}`,
  });
}

function text(key: string): AttributeSeed {
  return { key, type: 'String' };
}

function old(value: string): DatedValue {
  return { value, since: at('2017-10-25T23:48:46.299Z') };
}

function onDevice(deviceId: string) {
  return { appId: APP_ID, systemIdentifier: APP_SYSTEM, deviceId };
}
