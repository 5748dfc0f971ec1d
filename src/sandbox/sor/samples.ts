import { APP_ID, APP_SYSTEM, CUSTOM_SYSTEM, GLOBAL_SYSTEM } from './generated-profiles.ts';
import { beginImport } from './imports.ts';
import type { AttributeSeed, DatedValue, ProfileSeed, SystemSeed } from './seeding.ts';
import { insertAttributes, insertProfiles, insertSystems } from './seeding.ts';
import type { Sor } from './sor.ts';
import type { ValueType } from './values.ts';

const at = (iso: string): number => Date.parse(iso);

/** The three systems whose values are generated. */
export const BASE_SYSTEMS: SystemSeed[] = [
  {
    ...{ identifier: GLOBAL_SYSTEM, name: 'Global SoR for Your Entity', type: 'global' },
    ...{ apiKeys: ['ebi97ujupC_tHQ'], updated: at('2020-01-21T14:47:19Z') },
    attributes: [
      ...generated('String', 'first_name last_name email'),
      ...generated('Date', 'date_of_birth'),
      ...generated('String', 'gender country city region profile_picture_url'),
    ],
  },
  {
    ...{ identifier: APP_SYSTEM, name: 'SOR for app Sandbox', type: 'app', apiKeys: ['pQ7nIacl4f'] },
    attributes: generated('String', 'favorite_team other_team'),
  },
  {
    ...{ identifier: CUSTOM_SYSTEM, name: 'My Custom SoR', type: 'custom', apiKeys: ['tBqL8qvvAhfyAQ'] },
    attributes: [
      ...generated('String', 'contract_type').map((attribute) => ({ ...attribute, inUse: true })),
      ...generated('String', 'client_type'),
      ...generated('Set', 'hobbies languages'),
      ...generated('Number', 'loyalty_points'),
      ...generated('Boolean', 'newsletter'),
      ...generated('Date', 'member_since'),
      ...generated('DateTime', 'last_order_at'),
    ],
  },
];

/** The attributes of the global system in the vendor's samples of systems of record, and of removed attributes. */
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
  app('SOR-SDK_your.package.name', 'SOR for app XYZ', 'FH7nIacl4f', { updated: at('2020-01-21T14:47:19Z') }),
  app('SOR-SDK_2a116e0767a7dc76e85a5ef85434d92b', 'SOR for app ABC', 'k2Xw81hcPz', {
    attributes: [{ identifier: 'FACA_eVYy7KP9PZqP_B8w', key: 'is_valid', label: 'Is valid', type: 'Boolean' }],
  }),
  app('SOR-SDK_c7a5a35762fd9e50006fd77215599dfb', 'SOR for app DEF', 'Yb5v0QmTn3'),
  {
    ...{ identifier: 'SOR_XXXX', name: 'Insurance back office', type: 'custom', apiKeys: ['XXXXXXXX'] },
    // `fav_team` is not among them: the first value fed for it declares it.
    attributes: [
      ...plain('String', 'first_name last_name contract_type client_type'),
      ...plain('Set', 'hobbies'),
      ...plain('String', 'favorite_team'),
      ...plain('Set', 'languages'),
      ...plain('String', 'city region'),
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
      [GLOBAL_SYSTEM]: { first_name: old('robert'), last_name: old('hill'), email: old('robert.hill@mymail.org') },
      [APP_SYSTEM]: { favorite_team: { value: 'Real Madrid', since: SUMMER + 2000 } },
    },
    installations: [onDevice('FA3A11ED-200E-31DD-C409-430CBAE3204C')],
  },
  {
    customerId: 'maximillian',
    updated: at('2017-12-05T11:34:51.701Z'),
    values: {
      SOR_XXXX: {
        ...{ first_name: old('maximillian'), last_name: old('weber') },
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

/** Adds the records that the vendor's sample answers show. The base systems must be there. */
export function insertSamples(sor: Sor): void {
  insertAttributes(sor, GLOBAL_SYSTEM, [...SAMPLE_GLOBAL_ATTRIBUTES, ...SAMPLE_REMOVED_ATTRIBUTES]);
  insertSystems(sor, SAMPLE_SYSTEMS);
  insertProfiles(sor, SAMPLE_PROFILES);
  // A day ago, because imports are forgotten after a week.
  const date = sor.now() - 86_400_000;
  const value = '{\n"customer_id" :"098713490",\n"attribute_key" :"contract_type",\n"attribute_value" :"Premium"\n}';
  sor.errors.set('0', {
    ...{ job_id: beginImport(sor, date), customer_id: 'Bob', key: 'age', sor: 'SOR_XXX', date },
    ...{ source: 'AttributeCleaner', message: 'attributeKey is empty' },
    raw: `{\n"sor":"SOR_XXXX",\n"api_key":"XXXXXXXX",\n"customer_attribute_values": [\n${value}\n]\n}`,
  });
}

function app(identifier: string, name: string, apiKey: string, others: Partial<SystemSeed> = {}): SystemSeed {
  return { identifier, name, type: 'app', apiKeys: [apiKey], ...others };
}

function plain(type: ValueType, keys: string): AttributeSeed[] {
  return keys.split(' ').map((key) => ({ key, type }));
}

/** Their identifiers are always the same, so that examples can name them. */
function generated(type: ValueType, keys: string): AttributeSeed[] {
  return plain(type, keys).map(({ key }) => {
    const words = key.replaceAll('_', ' ');
    const label = words.charAt(0).toUpperCase() + words.slice(1);
    return { key, type, label, identifier: `FACA_${key}`, generated: true };
  });
}

function old(value: string): DatedValue {
  return { value, since: at('2017-10-25T23:48:46.299Z') };
}

function onDevice(deviceId: string) {
  return { appId: APP_ID, systemIdentifier: APP_SYSTEM, deviceId };
}
