/** Lists of the definitions of attributes, out of the list of systems of record, and of those that these have lost. */
import { template } from '../../../http/client/path.ts';
import { flagIn, listIn } from '../../../sources/exact-values.ts';
import { meets } from '../../../sources/hood/grammar.ts';
import type { Hood } from '../../../sources/hood/hood.ts';
import { SYSTEMS } from '../../../sources/sor/resources.ts';
import type { Sor } from '../../../sources/sor/sor.ts';
import { type AttributeRow, definitionRows, isIdentified, type SystemRow } from '../../../sources/sor/systems.ts';
import { builder } from '../../builder.ts';
import { withoutNulls } from '../../caller-error.ts';
import { type Connection, connectionOf, readWhole, windowArgs } from '../../connection.ts';
import type { Context } from '../../context.ts';
import { PROPERTIES, SYSTEM_LIST } from '../../cost/charge.ts';
import { conditionsOf, StringFilter } from '../../hood/filters.ts';
import { withApiIds } from '../../node-ids.ts';
import { rowsOfWindow, type WindowArguments } from '../../paging/window.ts';
import { FLAG, MOMENT, TEXT } from '../../readings.ts';
import { AttributeValueType, CustomerAttribute } from './customer-attribute.ts';
import { MAX_FIRST, readableDefinitions, SystemOfRecord, systemEdge } from './system-of-record.ts';

const CustomerAttributeConnection = connectionOf(CustomerAttribute, 'definitions of attributes');

const CustomerAttributeFilter = builder.inputType('CustomerAttributeFilter', {
  description: 'Which attributes; all conditions must hold.',
  fields: (t) => ({
    systemOfRecord: t.id({
      idOf: 'SystemOfRecord',
      description: 'Only those of this system, by its identifier or as `global`.',
    }),
    key: t.field({ type: StringFilter.input, description: 'A condition on `key`.' }),
    valueType: t.field({
      type: [AttributeValueType.input],
      description: 'Only those that hold one of these kinds; an empty list matches nothing, without a call.',
    }),
    disabled: t.boolean({ description: 'True: only disabled ones. False: only enabled ones.' }),
    piData: t.boolean({
      description:
        'True: only those whose key Hood marks as personal. False: only those whose key Hood has and does not mark. Keys that Hood does not have match neither. One more upstream call for every 100 keys that meet the other conditions.',
    }),
  }),
});

type Filter = typeof CustomerAttributeFilter.$inferInput;

/** A filter whose system and keys are as the APIs take them. Throws `BadInput`. */
function conditionsIn(filter: Filter | null | undefined) {
  const conditions = withApiIds(withoutNulls(filter ?? {}), { systemOfRecord: 'SystemOfRecord' });
  const { key, ...others } = conditions;
  // Met here, in the way in which Hood meets conditions.
  const keys = conditionsOf(key ? { key } : {}, { key: { upstream: 'key', kind: StringFilter } });
  return { ...others, keys };
}

const FILTER = {
  type: CustomerAttributeFilter,
  description: 'Only attributes that meet all of these conditions.',
} as const;

builder.queryField('customerAttributes', (t) =>
  t.field({
    type: CustomerAttributeConnection,
    description:
      'The definitions of attributes in all systems of record, system by system. Costs one upstream call, shared by everything in the operation that needs the list of systems.',
    cost: ({ filter }) => [SYSTEM_LIST, ...(conditionsIn(filter).piData === undefined ? [] : [PROPERTIES])],
    rows: (window) => rowsOfWindow(window, MAX_FIRST),
    args: { ...windowArgs(t.arg), filter: t.arg(FILTER) },
    resolve: (_root, { filter, ...window }, context) => readAttributes(undefined, filter, window, context),
  }),
);

builder.objectFields(SystemOfRecord, (t) => ({
  attributes: t.field({
    type: CustomerAttributeConnection,
    description:
      'Its attributes, window by window. Costs no further call if the system came from the list of systems, except for `piData`.',
    weight: 'share',
    cost: ({ filter }) => {
      const { systemOfRecord, piData } = conditionsIn(filter);
      return [...(systemOfRecord === undefined ? [] : [SYSTEM_LIST]), ...(piData === undefined ? [] : [PROPERTIES])];
    },
    rows: (window) => rowsOfWindow(window, MAX_FIRST),
    args: { ...windowArgs(t.arg), filter: t.arg(FILTER) },
    resolve: (system, { filter, ...window }, context) => readAttributes(system, filter, window, context),
  }),
  customerAttribute: t.field({
    type: CustomerAttribute,
    description:
      'The attribute with this key; null when there is none. Costs no further call if the system came from the list of systems.',
    args: { key: t.arg.string({ required: true, description: 'The attribute’s key.' }) },
    resolve: (system, { key }, { sorSystems }) => sorSystems.attributeOf(system, key),
  }),
}));

/** The attributes of one system, or of all, that meet a filter. Throws `BadInput`. */
function readAttributes(
  only: SystemRow | undefined,
  filter: Filter | null | undefined,
  window: WindowArguments,
  { sorSystems, hood, cursors }: Context,
): Promise<Connection<AttributeRow | Error>> {
  const { systemOfRecord: name, keys, valueType, disabled, piData } = conditionsIn(filter);
  const read = async () => {
    if (keys === 'nothing' || valueType?.length === 0) return [];
    const systems = only ? [only] : await sorSystems.list();
    const wanted = name === undefined ? undefined : await sorSystems.findInList(String(name));
    const isWanted = ({ identifier }: SystemRow) => wanted === undefined || identifier === wanted?.identifier;
    const all = await sorSystems.attributesOfAll(systems.filter(isWanted));
    const types = valueType && new Set<string>(valueType);
    const rows = all.filter(
      (row) =>
        meets(row, keys) &&
        (types?.has(AttributeValueType.documented(row.value_type) ?? '') ?? true) &&
        (disabled === undefined || row.disabled === disabled),
    );
    const flags = piData === undefined ? [] : await Promise.all(rows.map(({ key }) => key && isPersonal(key, hood)));
    const found = rows.filter((_row, index) => flags[index] === piData);
    return readableDefinitions(found, sorSystems);
  };
  const listKey = `sor/attributes?${JSON.stringify([only?.identifier, filter ?? {}])}`;
  return readWhole(read, window, { listKey, cursors, maximum: MAX_FIRST });
}

/** Whether Hood marks a key as personal; null when it does not have the key. */
async function isPersonal(key: string, hood: Hood): Promise<boolean | null> {
  const property = (await hood.property(key, ['id', 'pi_data'])) as { pi_data?: unknown } | null;
  return flagIn(property?.pi_data);
}

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
  const listed = listIn(Object(result).removed_attributes ?? result);
  if (!listed) throw sor.malformed(ROUTE);
  return definitionRows<RemovedAttributeRow>(listed)
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
