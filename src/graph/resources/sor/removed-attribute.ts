import { template } from '../../../http/client/path.ts';
/** Attributes that a system of record has lost. */
import { SYSTEMS } from '../../../sources/sor/resources.ts';
import type { Sor } from '../../../sources/sor/sor.ts';
import { definitionRows, isIdentified } from '../../../sources/sor/systems.ts';
import { builder } from '../../builder.ts';
import { FLAG, MOMENT, TEXT } from '../../readings.ts';
import { AttributeValueType } from './customer-attribute.ts';
import { SystemOfRecord, systemEdge } from './system-of-record.ts';

/** With the identifier of the system that was asked for what it has lost as `system`. */
interface RemovedAttributeRow extends Readonly<Record<string, string>> {
  identifier: string;
}

const ROUTE = template('/api/removed_attributes');

/** What a system has lost, since a moment if one is given. */
export async function readRemovedAttributes(sor: Sor, system: string, since?: Date | null) {
  const result = await sor.read({
    about: SYSTEMS,
    route: ROUTE,
    query: {
      // Whole seconds since 1970: of the three forms the API takes the only one without a zone to guess.
      since: since ? Math.max(0, Math.floor(since.getTime() / 1000)) : undefined,
      system_of_record_identifier: system,
    },
    mayBeMissing: true,
  });
  if (result === undefined) return [];
  if (!Array.isArray(result)) throw sor.malformed(ROUTE);
  return definitionRows<RemovedAttributeRow>(result)
    .filter(isIdentified)
    .map((row) => ({ ...row, system }));
}

const INTERNAL_ID = { ...TEXT, type: 'ID' } as const;

const RemovedAttribute = builder.objectRef<RemovedAttributeRow>('RemovedAttribute').implement({
  description: 'An attribute that was removed from a system of record.',
  tags: ['sor'],
  fields: (t) => ({
    identifier: t.exposeID('identifier', { nullable: false, description: 'Its id in the API.' }),
    key: t.exposeString('key', { description: 'The key of its values.' }),
    label: t.exposeString('label', { description: 'What people called it.' }),
    valueType: t.read('value_type', AttributeValueType, { description: 'What kind of value it held.' }),
    valueTypeText: t.exposeString('value_type', { description: 'The kind of value as the API writes it.' }),
    systemIdentifier: t.exposeID('system', { nullable: false, description: 'The system that it was removed from.' }),
    systemOfRecord: systemEdge(t, 'system'),
    createdAt: t.read('created_at', MOMENT, {
      description: 'When it was created; null when the API has no readable time.',
    }),
    createdAtText: t.read('created_at', TEXT, { description: 'That time as the API writes it.' }),
    updatedAt: t.read('updated_at', MOMENT, {
      description: 'When it was last changed, its removal included; null when the API has no readable time.',
    }),
    updatedAtText: t.read('updated_at', TEXT, { description: 'That time as the API writes it.' }),
    removed: t.read('removed', FLAG, {
      description: 'Whether it is still removed; null when the API does not say.',
    }),
    disabled: t.read('disabled', FLAG, { description: 'Whether it was disabled.' }),
    internalId: t.read('id', INTERNAL_ID, {
      description: 'FollowAnalytics’ internal number for it. It appears nowhere else; its support may ask for it.',
    }),
    systemInternalId: t.read('system_of_record_id', INTERNAL_ID, {
      description:
        'FollowAnalytics’ internal number for the system. It appears nowhere else; its support may ask for it.',
    }),
  }),
});

builder.objectField(SystemOfRecord, 'removedAttributes', (t) =>
  t.field({
    type: [RemovedAttribute],
    description: 'The attributes that were removed from it. Costs one upstream call for each system.',
    cost: ({ since }) => ({ api: 'SOR', calls: 1, key: `removed ${since?.getTime()}` }),
    args: { since: t.arg({ type: 'DateTime', description: 'Only those removed after this moment.' }) },
    resolve: ({ identifier }, { since }, { sor }) => readRemovedAttributes(sor, identifier, since),
  }),
);
