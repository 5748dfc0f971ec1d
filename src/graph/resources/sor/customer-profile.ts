/** Customer profiles, from the System of Record: what is known about a user or a device. */
import { isSegment } from '../../../http/client/path.ts';
import type { CustomerIdType, ProfileRow } from '../../../sources/sor/profile-rows.ts';
import { GLOBAL } from '../../../sources/sor/systems.ts';
import { builder, type FieldsOf } from '../../builder.ts';
import { Node, nodeLoader } from '../../node.ts';
import { globalId } from '../../node-ids.ts';
import type { WellKnownKey } from '../../personal-keys.ts';
import { DAY, type Reading, WEB_ADDRESS } from '../../readings.ts';
import {
  type AttributeBlock,
  datesCharge,
  namedSystemCharge,
  SYSTEM_ROWS,
  setOf,
  systemAttributes,
  valuesOfBlock,
} from '../../sor/attribute-blocks.ts';
import { blockOf, GLOBAL_KEY, profileCharge, profilesOf } from '../../sor/profiles.ts';
import { AttributeValue } from './attribute-value.ts';
import { systemEdges, systemsArg } from './system-of-record.ts';

export const CustomerIdTypeEnum = builder.enumType('CustomerIdType', {
  description: 'Whether a customer id is a user’s or a device’s.',
  values: {
    USER_ID: { value: 'user_id', description: 'A person.' },
    DEVICE_ID: { value: 'device_id', description: 'A device, whose user may be unknown.' },
  } as const,
});

/** Of which type a customer id is that is given beside. */
export const USER_OR_DEVICE = {
  type: CustomerIdTypeEnum,
  required: true,
  defaultValue: 'user_id',
  description: 'Whether the id is a user’s or a device’s.',
} as const;

const SystemAttributes = builder.objectRef<AttributeBlock>('SystemAttributes').implement({
  description: 'What one system of record knows about a customer.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    systemIdentifier: t.exposeID('name', {
      nullable: false,
      description:
        'The system’s identifier as the API writes it: `global` for the global system, whose real identifier is `systemOfRecord.identifier`.',
    }),
    ...systemEdges(t, 'name'),
    values: t.field({
      type: [AttributeValue],
      nullable: false,
      description: 'The values; if `attributes` was given `keys`, only of those.',
      weight: 'share',
      cost: (_args, asked) => datesCharge(undefined, asked),
      resolve: (block, _args, context, info) => valuesOfBlock(block, context, info),
    }),
    value: t.field({
      type: AttributeValue,
      description: 'The value of one key; null when the system has none for this customer.',
      weight: 'share',
      cost: (_args, asked) => datesCharge(undefined, asked),
      args: { key: t.arg.string({ required: true, description: 'The attribute’s key.' }) },
      resolve: (block, { key }, context, info) =>
        valuesOfBlock(block, context, info).find((value) => value.key === key) ?? null,
    }),
  }),
});

const TEXT = { type: 'String', read: (value: unknown) => (typeof value === 'object' ? null : String(value)) } as const;

/** A field that is an attribute of the global system. */
function known(
  t: FieldsOf<ProfileRow>,
  key: WellKnownKey,
  description: string,
  { type, read }: Reading<'String' | 'Date' | 'URL'> = TEXT,
) {
  return t.field({
    ...{ type, description, tags: ['pii'], requires: 'pii:read', extensions: { [GLOBAL_KEY]: key } },
    resolve: (profile) => read(blockOf(profile, GLOBAL)?.[key] ?? null) as string | null,
  });
}

export const CustomerProfile = builder.objectRef<ProfileRow>('CustomerProfile').implement({
  description: 'What SOR knows about a customer: a user or a device. Personal data.',
  tags: ['pii', 'sor'],
  interfaces: [Node],
  fields: (t) => ({
    id: t.field({
      type: 'ID',
      nullable: false,
      description: 'Opaque and stable; `node` takes it. It contains the customer id: treat it as personal data.',
      tags: ['pii'],
      resolve: (profile) => globalId('CustomerProfile', `${profile.customer_id_type}:${profile.customer_id}`),
    }),
    customerId: t.exposeID('customer_id', {
      nullable: false,
      description: 'The customer’s id, unique within its type.',
      tags: ['pii'],
    }),
    customerIdType: t.expose('customer_id_type', {
      type: CustomerIdTypeEnum,
      nullable: false,
      description: 'Whether the id is a user’s or a device’s.',
    }),
    firstName: known(t, 'first_name', 'First name, from the global system.'),
    lastName: known(t, 'last_name', 'Last name, from the global system.'),
    email: known(t, 'email', 'E-mail address, from the global system.'),
    dateOfBirth: known(
      t,
      'date_of_birth',
      'Date of birth, from the global system; null when it is no readable date.',
      DAY,
    ),
    gender: known(t, 'gender', 'Gender, from the global system.'),
    country: known(t, 'country', 'Country, from the global system.'),
    city: known(t, 'city', 'City, from the global system.'),
    region: known(t, 'region', 'Region, from the global system.'),
    profilePictureUrl: known(
      t,
      'profile_picture_url',
      'Picture, from the global system; null when it is no web address.',
      WEB_ADDRESS,
    ),
    attributes: t.field({
      type: [SystemAttributes],
      description:
        'Values grouped by system of record. Naming keys or systems makes the answer smaller. Costs no further call.',
      weight: 'share',
      cost: namedSystemCharge,
      rows: SYSTEM_ROWS,
      args: {
        systems: systemsArg(t.arg),
        keys: t.arg.stringList({
          description: 'Only these keys; a system that has none of them is left out.',
        }),
      },
      resolve: (profile, { systems, keys }, context, info) =>
        systemAttributes(profile, { systems: setOf(systems), keys: setOf(keys), info }, context),
    }),
    attribute: t.field({
      type: AttributeValue,
      description: 'One value; null when the system has none for this customer. Costs no further call.',
      weight: 'share',
      cost: ({ system }, asked) => [...namedSystemCharge({ systems: [system] }, asked), ...datesCharge(system, asked)],
      args: {
        system: t.arg.id({
          idOf: 'SystemOfRecord',
          required: true,
          description: 'The system, by identifier or as `global`.',
        }),
        key: t.arg.string({ required: true, description: 'The attribute’s key.' }),
      },
      resolve: (profile, { system, key }, context, info) => {
        const only = ([block]: AttributeBlock[]) => (block && valuesOfBlock(block, context, info)[0]) ?? null;
        const blocks = systemAttributes(profile, { systems: new Set([system]), keys: new Set([key]), info }, context);
        return blocks instanceof Promise ? blocks.then(only) : only(blocks);
      },
    }),
  }),
});

builder.queryField('customerProfile', (t) =>
  t.field({
    type: CustomerProfile,
    description:
      'One profile by its customer id; null when there is none. If you do not know which type an id is of, `customerProfiles(filter: { customerIds })` finds it among both. Costs one upstream call, shared with all other profiles of the operation.',
    cost: ({ customerId, customerIdType }) => profileCharge(customerIdType, [customerId]),
    args: {
      customerId: t.arg.id({ idOf: 'CustomerProfile', required: true, description: 'The customer’s id.' }),
      customerIdType: t.arg(USER_OR_DEVICE),
    },
    resolve: (_root, { customerId, customerIdType }, context, info) =>
      profilesOf(context, info).load(customerId, customerIdType),
  }),
);

nodeLoader(CustomerProfile, {
  naturalKey: ['customerId', 'customerIdType'],
  keyOf: ({ customerId, customerIdType }) => `${customerIdType}:${customerId}`,
  // Only a list of ids is one call for several, and a comma cannot stand in one.
  costsACall: (key) => key.includes(','),
  valuesOf: valuesIn,
  cost: (key) => {
    const { customerId = '', customerIdType = 'user_id' } = valuesIn(key) ?? {};
    return profileCharge(customerIdType, [customerId]);
  },
  load: async (key, _fields, context, info) => {
    const { customerId, customerIdType } = valuesIn(key) ?? {};
    if (!customerIdType || !customerId || !isSegment(customerId)) return null;
    return profilesOf(context, info).load(customerId, customerIdType);
  },
});

function valuesIn(key: string) {
  const [, customerIdType, customerId] = /^(user_id|device_id):(.+)$/s.exec(key) ?? [];
  return customerId ? { customerId, customerIdType: customerIdType as CustomerIdType } : undefined;
}
