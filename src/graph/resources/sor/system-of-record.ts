/** Systems of record: where attributes of customers are kept. */
import type { ArgBuilder } from '@pothos/core';
import { isSegment } from '../../../http/client/path.ts';
import { membersOf, textOf } from '../../../sources/exact-values.ts';
import { type AttributeRow, isIdentified, type SorSystems, type SystemRow } from '../../../sources/sor/systems.ts';
import { builder, type FieldsOf, type Types } from '../../builder.ts';
import { connectionOf, readableRows, readWhole, windowArgs } from '../../connection.ts';
import { definitionCharge, SYSTEM_LIST } from '../../cost/charge.ts';
import { idField, Node, nodeLoader } from '../../node.ts';
import { openEnum } from '../../open-enum.ts';
import { rowsOfWindow } from '../../paging/window.ts';
import { INT, MOMENT, TEXT } from '../../readings.ts';
import { CustomerAttribute } from './customer-attribute.ts';

/** The largest `first` of lists that the API gives whole. */
export const MAX_FIRST = 1_000;

const SystemOfRecordType = openEnum('SystemOfRecordType', {
  description: 'The kinds of systems of record.',
  inputDescription: 'The types that systems of record can be filtered by.',
  values: {
    global: 'The one that all apps share.',
    app: 'Of one app, created by its SDK.',
    custom: 'Created by hand; the only kind that can be renamed or deleted.',
  },
  unknown: 'A type this graph does not know: see `typeText`.',
});

const UPDATED = { description: 'When it was last changed; null when the API has no readable time.' };

export const SystemOfRecord = builder.objectRef<SystemRow>('SystemOfRecord').implement({
  description: 'A place where attributes of customers are kept, separate from other systems of record.',
  tags: ['sor'],
  interfaces: [Node],
  fields: (t) => ({
    id: idField(t, 'SystemOfRecord', 'identifier'),
    identifier: t.exposeID('identifier', { nullable: false, description: 'Its id in the API.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    type: t.read('type', SystemOfRecordType, { description: 'Whether it is global, of an app, or custom.' }),
    typeText: t.exposeString('type', { description: 'The type as the API writes it.' }),
    attributesCount: t.read('attributes_count', INT, { description: 'How many attributes the API counts.' }),
    disabled: t.exposeBoolean('disabled', { description: 'Whether it is disabled: it then takes no values.' }),
    updatedAt: t.read('updated_date', MOMENT, UPDATED),
    updatedAtText: t.read('updated_date', TEXT, { description: 'That time as the API writes it.' }),
    updatedDate: t.read('updated_date', MOMENT, { ...UPDATED, deprecationReason: 'Use `updatedAt`.' }),
    apiKeys: t.from(['api_keys', 'identifier'], {
      type: ['String'],
      description:
        'Secret: whoever has one can write values. The answer to `createSystemOfRecord` shows the new key to everybody who may create one.',
      requires: 'secrets:read',
      resolve: ({ api_keys, identifier }, _args, { operation }) => {
        operation.subjects?.add([['systemOfRecord', identifier]]);
        return membersOf(api_keys);
      },
    }),
    customerAttributes: t.field({
      type: [CustomerAttribute],
      description: 'Its attributes. Costs no further call if the system came from the list.',
      resolve: async (system, _args, { sorSystems }) =>
        readableDefinitions(await sorSystems.attributesOf(system), sorSystems) as AttributeRow[],
    }),
  }),
});

/** Systems or attributes as they are listed: those that cannot be told from others are errors in their places. */
export function readableDefinitions<Row>(rows: readonly Row[], sorSystems: SorSystems): (Row | Error)[] {
  return readableRows(rows, isIdentified<Row>, () => sorSystems.malformed());
}

/** The edge of a row to the system of record that it names in a field. */
export function systemEdge<Row extends object>(
  t: FieldsOf<Row>,
  nameField: keyof Row & string,
  options: { deprecationReason?: string } = {},
) {
  return t.from([nameField], {
    type: SystemOfRecord,
    description:
      'The system itself; null when it is not listed. One upstream call per response, however many rows select it.',
    cost: SYSTEM_LIST,
    resolve: ({ [nameField]: given }, _args, { sorSystems }) => {
      const name = textOf(given);
      return name ? sorSystems.findInList(name) : null;
    },
    ...options,
  });
}

/** The argument that narrows values to some systems. */
export function systemsArg(arg: ArgBuilder<Types>) {
  return arg.idList({ idOf: 'SystemOfRecord', description: 'Only these systems, by identifier or as `global`.' });
}

/** The same edge, also under the name that it had at first. */
export function systemEdges<Row extends object>(t: FieldsOf<Row>, nameField: keyof Row & string) {
  const system = systemEdge(t, nameField, { deprecationReason: 'Use `systemOfRecord`.' });
  return { systemOfRecord: systemEdge(t, nameField), system };
}

const SystemOfRecordConnection = connectionOf(SystemOfRecord, 'systems of record');

builder.queryField('systemsOfRecord', (t) =>
  t.field({
    type: SystemOfRecordConnection,
    description:
      'The systems of record, 20 of them unless `first` or `last` says otherwise: compare `totalCount`. Costs one upstream call, shared by everything in the operation that needs the list.',
    cost: SYSTEM_LIST,
    rows: (window) => rowsOfWindow(window, MAX_FIRST),
    args: {
      ...windowArgs(t.arg),
      type: t.arg({ type: SystemOfRecordType.input, description: 'Only those of this type.' }),
    },
    resolve: (_root, { type, ...window }, { sorSystems, cursors }) => {
      const list = { listKey: `sor/systems?${type ?? ''}`, cursors, maximum: MAX_FIRST };
      const isAsked = (system: SystemRow) => !type || SystemOfRecordType.documented(system.type) === type;
      const read = async () => readableDefinitions((await sorSystems.list()).filter(isAsked), sorSystems);
      return readWhole(read, window, list);
    },
  }),
);

builder.objectField(CustomerAttribute, 'systemOfRecord', (t) => systemEdge(t, 'system_of_record_identifier'));

nodeLoader(SystemOfRecord, {
  naturalKey: ['identifier'],
  one: {
    field: 'systemOfRecord',
    description: 'One system of record; null when there is none. Costs one upstream call.',
    argument: 'Its id in the API, or `global`.',
  },
  cost: (key) => definitionCharge('systems', key),
  load: async (key, _fields, { sorSystems }) => (isSegment(key) ? sorSystems.find(key) : null),
});
