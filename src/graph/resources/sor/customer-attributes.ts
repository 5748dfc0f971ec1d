/** Lists of the definitions of attributes, out of the list of systems of record. */

import { flagIn } from '../../../sources/exact-values.ts';
import { meets } from '../../../sources/hood/grammar.ts';
import type { Hood } from '../../../sources/hood/hood.ts';
import type { AttributeRow, SystemRow } from '../../../sources/sor/systems.ts';
import { builder } from '../../builder.ts';
import { withoutNulls } from '../../caller-error.ts';
import { type Connection, connectionOf, readWhole, windowArgs } from '../../connection.ts';
import type { Context } from '../../context.ts';
import { PROPERTIES, SYSTEM_LIST } from '../../cost/charge.ts';
import { conditionsOf, StringFilter } from '../../hood/filters.ts';
import { withApiIds } from '../../node-ids.ts';
import { rowsOfWindow, type WindowArguments } from '../../paging/window.ts';
import { AttributeValueType, CustomerAttribute } from './customer-attribute.ts';
import { MAX_FIRST, readableDefinitions, SystemOfRecord } from './system-of-record.ts';

const CustomerAttributeConnection = connectionOf('CustomerAttribute', CustomerAttribute, 'definitions of attributes');

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
        (types?.has(String(row.value_type)) ?? true) &&
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
