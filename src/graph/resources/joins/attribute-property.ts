/** What Hood and the System of Record say of the same key. */
import type { GraphQLResolveInfo } from 'graphql';
import { PROPERTY_KEY_FIELDS, propertyKey } from '../../../sources/hood/property-lookup.ts';
import { builder } from '../../builder.ts';
import type { Context } from '../../context.ts';
import { operationFields } from '../../selection.ts';
import { ProfileProperty } from '../hood/profile-property.ts';
import { AttributeValue } from '../sor/attribute-value.ts';
import { CustomerAttribute } from '../sor/customer-attribute.ts';

const PROPERTY_DESCRIPTION =
  'Hood’s property of the same key; null when there is none, or when the key has a comma, by which Hood cannot be asked. Tells whether values are personal. Costs one upstream call for a whole answer.';

const propertyOf = (key: unknown, context: Context, info: GraphQLResolveInfo) =>
  // The row behind a profile property is what its collection answers; Pothos cannot know that.
  (typeof key === 'string' ? context.hood.property(key, operationFields(info, 'ProfileProperty')) : null) as never;

builder.objectField(AttributeValue, 'property', (t) =>
  t.field({
    type: ProfileProperty,
    description: PROPERTY_DESCRIPTION,
    cost: 'share',
    resolve: ({ key }, _args, context, info) => propertyOf(key, context, info),
  }),
);

builder.objectField(CustomerAttribute, 'property', (t) =>
  t.from(['key'], {
    type: ProfileProperty,
    description: PROPERTY_DESCRIPTION,
    cost: 'share',
    resolve: ({ key }, _args, context, info) => propertyOf(key, context, info),
  }),
);

builder.objectField(ProfileProperty, 'customerAttributes', (t) =>
  t.from(PROPERTY_KEY_FIELDS, {
    type: [CustomerAttribute],
    nullable: { list: true, items: false },
    description:
      'The attributes of the same key, in all systems of record. Costs one upstream call for a whole answer.',
    cost: 'share',
    resolve: (row, _args, { sorSystems }) => {
      const key = propertyKey(row);
      return key === null ? [] : sorSystems.attributesWithKey(key);
    },
  }),
);

builder.objectField(AttributeValue, 'definition', (t) =>
  t.field({
    type: CustomerAttribute,
    description:
      'The definition of the attribute; null when its system lists none. Costs one upstream call for a whole answer.',
    cost: 'share',
    resolve: async ({ key, system }, _args, { sorSystems }) => {
      const row = await sorSystems.findInList(system);
      const attributes = row ? await sorSystems.attributesOf(row) : [];
      return attributes.find((attribute) => attribute.key === key) ?? null;
    },
  }),
);
