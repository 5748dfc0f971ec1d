/** What Hood and the System of Record say of the same key. */
import type { ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { PROPERTY_KEY_FIELDS, propertyKey } from '../../../sources/hood/row-lookup.ts';
import type { AttributeRow, SorSystems } from '../../../sources/sor/systems.ts';
import { builder, type Types } from '../../builder.ts';
import type { Context } from '../../context.ts';
import { PROPERTIES, SYSTEM_LIST } from '../../cost/charge.ts';
import { operationFields } from '../../selection.ts';
import { customerData } from '../hood/customer-data.ts';
import { profileProperties } from '../hood/profile-property.ts';
import { AttributeImportError } from '../sor/attribute-import.ts';
import { AttributeValue } from '../sor/attribute-value.ts';
import { CustomerAttribute } from '../sor/customer-attribute.ts';
import { AttributeChange } from '../sor/customer-profile-changes.ts';
import { readableDefinitions } from '../sor/system-of-record.ts';

const PROPERTY = {
  type: profileProperties.type,
  description:
    'Hood’s property with the same key; null when there is none, or when the key contains a comma, which Hood’s filters cannot express. It says whether values are personal. One upstream call for every 100 different keys, however many rows select it.',
  cost: { ...PROPERTIES, keys: 1 },
};

const propertyOf = (key: unknown, context: Context, info: GraphQLResolveInfo) =>
  typeof key === 'string' ? context.hood.property(key, operationFields(info, 'ProfileProperty')) : null;

/** What names an attribute: its key, and the system as the answer names it, which a definition need not repeat. */
type Named = ObjectRef<Types, { key: string | null; system: string | null }>;

for (const ref of [AttributeValue, AttributeChange, CustomerAttribute] as unknown[] as Named[]) {
  builder.objectField(ref, 'property', (t) =>
    t.from(['key'], {
      ...PROPERTY,
      // Values share their keys: of the many that an answer has few differ. Definitions do not.
      cost: (ref as unknown) === CustomerAttribute ? PROPERTY.cost : PROPERTIES,
      resolve: ({ key }, _args, context, info) => propertyOf(key, context, info),
    }),
  );
}

for (const ref of [AttributeValue, AttributeChange, AttributeImportError] as unknown[] as Named[]) {
  builder.objectField(ref, 'definition', (t) =>
    t.field({
      type: CustomerAttribute,
      description:
        'The definition of the attribute; null when its system lists none. One upstream call per response, however many rows select it.',
      cost: SYSTEM_LIST,
      resolve: async ({ key, system }, _args, { sorSystems }) => {
        const row = system === null ? null : await sorSystems.findInList(system);
        return row && key !== null ? sorSystems.attributeOf(row, key) : null;
      },
    }),
  );
}

const ATTRIBUTES = {
  type: [CustomerAttribute] as [typeof CustomerAttribute],
  description:
    'The attributes of the same key, in all systems of record. One upstream call per response, however many rows select it.',
  cost: SYSTEM_LIST,
};

const attributesOf = async (key: string | null, sorSystems: SorSystems) =>
  readableDefinitions(await sorSystems.attributesWithKey(key), sorSystems) as AttributeRow[];

builder.objectField(profileProperties.type, 'customerAttributes', (t) =>
  t.from(PROPERTY_KEY_FIELDS, {
    ...ATTRIBUTES,
    resolve: (row, _args, { sorSystems }) => attributesOf(propertyKey(row), sorSystems),
  }),
);

builder.objectFields(customerData.type, (t) => ({
  property: t.from(['target'], {
    ...PROPERTY,
    resolve: ({ target }, _args, context, info) => propertyOf(target, context, info),
  }),
  customerAttributes: t.from(['target'], {
    ...ATTRIBUTES,
    resolve: ({ target }, _args, { sorSystems }) => attributesOf(target, sorSystems),
  }),
}));
