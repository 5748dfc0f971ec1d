import type { FieldMap, ObjectRef } from '@pothos/core';
import type { GraphQLObjectType } from 'graphql';
import { isSegment } from '../../http/client/path.ts';
import { valuesIn } from '../../sources/hood/grammar.ts';
import { canBeListed, MAX_IDS, type RowSource } from '../../sources/hood/row-lookup.ts';
import type { HoodRow } from '../../sources/hood/rows.ts';
import { builder, type FieldsOf, type Types } from '../builder.ts';
import { BadInput } from '../caller-error.ts';
import { connectionOf, readWhole, windowArgs } from '../connection.ts';
import type { Asked, Charge } from '../cost/charge.ts';
import type { Marks, Tag } from '../federation/tags.ts';
import { admitLookup, idField, loadEach, MOST_LOOKUPS, Node, nodeLoader } from '../node.ts';
import { rowsOfWindow, windowCalls } from '../paging/window.ts';
import { MOMENT } from '../readings.ts';
import { requireScopes } from '../scopes.ts';
import { hiddenNames, selectsRows, upstreamFields } from '../selection.ts';
import { conditionsOf, DateTimeFilter, type FilterField, filtersOf, IDFilter } from './filters.ts';
import { filterInput, inLowerCase, type ListSource, orderInput, searchInput, searchOf } from './list-inputs.ts';
import { hoodList, type ListArguments } from './list-reading.ts';

/** How a Hood collection is published. */
export interface CollectionOptions extends Omit<ListSource, 'filter' | 'order'> {
  /** What a row is. */
  description: string;
  tags: readonly Tag[];
  requires?: NonNullable<Marks['requires']>;
  /** The fields of a row beside those that every one has. */
  fields: (t: FieldsOf<RecordRow>) => FieldMap;
  /** What lists can be filtered by beside the id and the times. */
  filter: Record<string, FilterField>;
  /** What lists can be sorted by beside the times. */
  order?: Record<string, string>;
  /** The root field of the list. */
  many: string;
  /** Whether Hood has `GET /<collection>/{id}`; a collection without is filtered by id. */
  viewable: boolean;
  /** The root field of one row by its `hoodId`. */
  one: string;
  /** One row, in descriptions: `GDPR request`. */
  singular: string;
}

/**
 * Publishes a Hood collection: the type of its rows, their connection with filter, search and order, the field for one
 * row, and its place behind `node` and `nodes`. Returns what other fields need to list its rows, or to find one.
 */
export function hoodCollection(typeName: string, options: CollectionOptions) {
  const { collection, viewable, description, tags, requires = [], fields } = options;
  const source: ListSource = {
    ...options,
    filter: {
      hoodId: { upstream: 'id', kind: IDFilter, idOf: typeName },
      ...options.filter,
      ...filtersOf(DateTimeFilter, 'createTime', 'updateTime'),
    },
    order: { ...options.order, ...inLowerCase('CREATE_TIME', 'UPDATE_TIME') },
  };
  const rows: RowSource = { collection, byPath: viewable, byList: source.filter['hoodId']?.isFetched !== true };
  const declared = builder.objectRef<RecordRow>(typeName).implement({
    description,
    tags,
    requires,
    interfaces: [Node],
    fields: (t) => ({
      id: idField(t, typeName, 'id'),
      hoodId: t.exposeID('id', { nullable: false, description: 'The id that Hood gave it.' }),
      companyId: t.exposeID('company_id', { description: 'The workspace it belongs to.' }),
      createTime: t.read('create_time', MOMENT, {
        description: 'When it was created; null when Hood has no readable time.',
      }),
      createTimeText: t.exposeString('create_time', { description: 'That time as Hood writes it.' }),
      updateTime: t.read('update_time', MOMENT, {
        description: 'When it was last changed; null when Hood has no readable time.',
      }),
      updateTimeText: t.exposeString('update_time', { description: 'That time as Hood writes it.' }),
      ...fields(t),
    }),
  });
  // The rows behind a type are what its collection answers, which only its own fields look into.
  const type = declared as unknown as ObjectRef<Types, HoodRow, RecordRow>;
  const connection = connectionOf(type, options.plural);
  const filter = filterInput(`${typeName}Filter`, source);
  const search = searchInput(typeName, source);
  const order = orderInput(typeName, source);

  /** Rows that are fetched one by one are fetched again for other fields. */
  const rowCharge = (id: string, asked: Asked): Charge =>
    canBeListed(rows, id)
      ? { api: 'HOOD', lookup: collection, keys: [id], most: MAX_IDS }
      : { api: 'HOOD', once: `${collection} ${id} ${upstreamFields(asked, typeName)}` };

  builder.queryFields((t) => ({
    [options.many]: t.field({
      type: connection,
      description: `The ${options.plural}, in the API's own order unless \`orderBy\` gives another. Costs one upstream call for any window that one page can hold.`,
      args: {
        ...windowArgs(t.arg, 'Without `before` it may cost a second call, to find the end.'),
        filter: t.arg({ type: filter, description: 'Only rows that meet all of these conditions.' }),
        search: t.arg({ type: search, description: 'Only rows that contain this text.' }),
        orderBy: t.arg({
          type: [order],
          description:
            'Sort keys, most significant first. If rows may be added, changed or removed while you page, sort by `CREATE_TIME` or `UPDATE_TIME`: in any other order rows may be skipped or repeated.',
        }),
      },
      cost: (args: ListArguments, asked) => {
        requireSeen(source, args, typeName, asked);
        const ids = idsToFetch(source, args);
        if (ids) return ids.map((id) => rowCharge(id, asked));
        const calls = windowCalls(args, asked.context.hood.settings.maxPageSize);
        const isTotal = calls > 1 && !selectsRows(asked, `${typeName}Connection`);
        return { api: 'HOOD', calls: isTotal ? 1 : calls };
      },
      rows: (args: ListArguments, { context }) => {
        const window = rowsOfWindow(args, context.hood.settings.maxPageSize);
        const { eq, in: members } = args.filter?.['hoodId'] ?? {};
        const named = Array.isArray(members) ? new Set(members).size : eq == null ? window : 1;
        return Math.min(window, named);
      },
      resolve: async (_root, args, context, info) => {
        requireSeen(source, args, typeName, { ...info, context });
        const ids = idsToFetch(source, args);
        if (!ids) {
          const list = hoodList(source, args, context);
          return list.read(args, list.needs(info, typeName));
        }
        const { cursors, hood } = context;
        // Those that there are, in the order of their ids, each fetched by a call of its own.
        const fetched = () =>
          loadEach(ids, async (key) => {
            admitLookup({ typeName, key }, context);
            return hood.row(rows, key, upstreamFields(info, typeName));
          }).then((found) => found.filter((row) => row !== null) as (HoodRow | Error)[]);
        const listKey = `hood/${collection}/${JSON.stringify(ids)}`;
        return readWhole(fetched, args, { listKey, cursors, maximum: hood.settings.maxPageSize });
      },
    }),
  }));

  const shared = rows.byList ? ', shared with other such lookups of the operation' : '';
  nodeLoader(type, {
    naturalKey: ['hoodId'],
    one: {
      field: options.one,
      description: `One ${options.singular} by its Hood id; null when there is none. Costs one upstream call${shared}.`,
      argument: 'The id that Hood gave it.',
    },
    // Only a list of ids is one call for several, and a comma cannot stand in one.
    costsACall: (id) => isSegment(id) && !canBeListed(rows, id),
    cost: rowCharge,
    load: (id, fields, context) => context.hood.row(rows, id, fields),
  });
  return { typeName, singular: options.singular, type, source, connection, filter, order, rows };
}

/** A collection that is published. */
export type HoodCollection = Pick<ReturnType<typeof hoodCollection>, 'rows' | 'singular' | 'typeName'> & {
  type: ObjectRef<Types, HoodRow, unknown>;
};

/** Refuses conditions on fields that the caller may not see: which rows meet them tells what stands there. */
function requireSeen(
  { filter: fields, search: searchable }: ListSource,
  { filter, search, orderBy }: ListArguments,
  typeName: string,
  { schema, context }: Pick<Asked, 'context' | 'schema'>,
): void {
  const hidden = hiddenNames(schema, schema.getType(typeName) as GraphQLObjectType);
  if (hidden.size === 0) return;
  const searched = search ? searchOf(search, searchable).fields : [];
  // Nobody documents which one is Hood's own choice.
  const chosen = search && searched.length === 0 ? hidden.keys() : searched;
  const filtered = Object.keys(filter ?? {}).map((name) => fields[name]?.upstream);
  const names = [...chosen, ...filtered, ...(orderBy ?? []).map(({ field }) => field)];
  requireScopes(context, [...new Set(names.flatMap((name) => hidden.get(name ?? '') ?? []))]);
}

/** A row whose fields are named where they are published: any may be missing, null or odd, which its reading tells. */
export interface RecordRow extends HoodRow {
  readonly [field: string]: string;
}

/**
 * The ids that a filter names, where lists of Hood cannot be filtered by ids; undefined without such a filter. Throws
 * `BadInput` for what can be said of ids or beside them only to a list.
 */
function idsToFetch({ filter: fields }: ListSource, { filter, search, orderBy }: ListArguments) {
  const { hoodId, ...others } = filter ?? {};
  if (!fields['hoodId']?.isFetched || hoodId === undefined) return undefined;
  const conditions = conditionsOf({ hoodId }, fields);
  const ids = conditions === 'nothing' ? new Set<string>() : valuesIn(conditions['id'] ?? {});
  if (!ids) throw new BadInput('Expected `eq` or `in` in `filter.hoodId`: Hood has no other operators for it.');
  if (Object.keys(others).length > 0 || search || orderBy?.length) {
    throw new BadInput(
      'Expected no other condition, search or order beside `filter.hoodId`: each row is fetched by its id.',
    );
  }
  if (ids.size > MOST_LOOKUPS) {
    throw new BadInput(
      `Expected at most ${MOST_LOOKUPS} ids in \`filter.hoodId\`, not ${ids.size}: each costs a call. Ask for the others in a further operation.`,
    );
  }
  return [...ids];
}
