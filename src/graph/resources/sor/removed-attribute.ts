/** Attributes that a system of record has lost. */
import { SYSTEMS } from '../../../sources/sor/resources.ts';
import { isoDateTime } from '../../../sources/time.ts';
import { builder } from '../../builder.ts';
import { openEnum } from '../../open-enum.ts';
import { AttributeValueType, VALUE_TYPES } from './customer-attribute.ts';
import { SystemOfRecord } from './system-of-record.ts';

/** Its `id` and `system_of_record_id` are numbers that appear nowhere else on the vendor's pages: `identifier` names it. */
interface RemovedAttributeRow {
  identifier: string;
  key: string | null;
  label: string | null;
  value_type: string | null;
  created_at: unknown;
  updated_at: unknown;
  disabled: boolean | null;
}

const ROUTE = '/api/removed_attributes';

const RemovedAttribute = builder.objectRef<RemovedAttributeRow>('RemovedAttribute').implement({
  description: 'An attribute that was removed from a system of record.',
  tags: ['sor'],
  fields: (t) => ({
    identifier: t.exposeID('identifier', { nullable: false, description: 'The API’s id of it.' }),
    key: t.exposeString('key', { description: 'Under which values were kept.' }),
    label: t.exposeString('label', { description: 'What people called it.' }),
    valueType: t.field({
      type: AttributeValueType,
      description: 'What kind of value it held.',
      resolve: ({ value_type }) => openEnum(value_type, VALUE_TYPES),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created; null when the API has no readable time.',
      resolve: ({ created_at }) => isoDateTime(created_at),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When it was last changed, its removal included; null when the API has no readable time.',
      resolve: ({ updated_at }) => isoDateTime(updated_at),
    }),
    disabled: t.exposeBoolean('disabled', { description: 'Whether it was disabled.' }),
  }),
});

builder.objectField(SystemOfRecord, 'removedAttributes', (t) =>
  t.field({
    type: [RemovedAttribute],
    nullable: { list: true, items: false },
    description: 'The attributes it has lost. Costs one upstream call for each system.',
    cost: 'call',
    args: { since: t.arg({ type: 'DateTime', description: 'Only those removed after this moment.' }) },
    resolve: async ({ identifier }, { since }, { sor }) => {
      const result = await sor.read({
        about: SYSTEMS,
        route: ROUTE,
        query: {
          // Whole seconds since 1970: of the three forms the API takes the only one without a zone to guess.
          since: since ? Math.max(0, Math.floor(since.getTime() / 1000)) : undefined,
          system_of_record_identifier: identifier,
        },
      });
      if (result === undefined) return [];
      if (!Array.isArray(result)) throw sor.malformed(ROUTE);
      return result.filter((row): row is RemovedAttributeRow => typeof row?.identifier === 'string');
    },
  }),
);
