import type { GraphQLResolveInfo } from 'graphql';
import { type HoodRow, isRow } from '../../sources/hood/answers.ts';
import type { HoodListQuery } from '../../sources/hood/endpoints.ts';
import type { Condition } from '../../sources/hood/grammar.ts';
import type { Hood } from '../../sources/hood/hood.ts';
import { type Connection, emptyConnection } from '../connection.ts';
import type { Context } from '../context.ts';
import { type ReadOptions, readWindow } from '../paging/read-window.ts';
import { type Window, type WindowArguments, windowFor } from '../paging/window.ts';
import { selectsRows, upstreamFields } from '../selection.ts';
import { conditionsOf } from './conditions.ts';
import {
  type FilterArgument,
  type ListFields,
  type OrderArgument,
  type SearchArgument,
  searchOf,
  sortOf,
} from './list-inputs.ts';

/** The arguments of a list of Hood. */
export interface ListArguments extends WindowArguments {
  filter?: FilterArgument | null | undefined;
  search?: SearchArgument | null | undefined;
  orderBy?: readonly OrderArgument[] | null | undefined;
}

/** A collection that lists are read from, and what they can be narrowed and sorted by. */
export interface ListSource extends ListFields {
  collection: string;
}

/** What a list is asked for upstream, `nothing` when no row can match; the key is what its cursors are bound to. */
export interface ListRequest {
  query: HoodListQuery | 'nothing';
  listKey: string;
}

/** The arguments but the window, as a request; `fixed` are conditions beside the filter's. Throws `BadInput`. */
export function listRequest(
  source: ListSource,
  { filter, search, orderBy }: ListArguments,
  fixed: Readonly<Record<string, Condition>> = {},
): ListRequest {
  const conditions = conditionsOf(filter, source.filter);
  // Mistakes in these are told of also where the filter alone makes the answer empty.
  const sort = sortOf(orderBy ?? []);
  const searched = search ? searchOf(search, source.search ?? {}) : undefined;
  const query =
    conditions === 'nothing'
      ? conditions
      : { conditions: { ...fixed, ...conditions }, sort, search: searched };
  return { query, listKey: `hood/${source.collection}?${JSON.stringify(query)}` };
}

/** Reads the window of a list that the arguments ask for, with the fields selected on `typeName`. */
export async function readList<Row extends HoodRow>(
  source: ListSource,
  { query, listKey }: ListRequest,
  args: WindowArguments,
  typeName: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Connection<Row | Error>> {
  const { hood, cursors } = context;
  const window = windowFor(args, { maximum: hood.settings.maxPageSize, listKey, cursors });
  const onlyTotal = !selectsRows(info, `${typeName}Connection`);
  const fields = upstreamFields(info, typeName);
  return readRequest(source.collection, { query, listKey }, window, { fields, onlyTotal }, context);
}

/** What of a list's rows is asked for. */
export interface RowNeeds {
  fields: readonly string[];
  /** Whether no row is selected, only how many there are. */
  onlyTotal: boolean;
}

/** Reads a window of a list; no call where no row can match. */
export async function readRequest<Row extends HoodRow>(
  collection: string,
  { query, listKey }: ListRequest,
  window: Window,
  { fields, onlyTotal }: RowNeeds,
  context: Context,
): Promise<Connection<Row | Error>> {
  const { hood, cursors } = context;
  if (query === 'nothing') return emptyConnection(listKey, cursors);
  const read = await readRows(collection, query, fields, window, context, { onlyTotal });
  return { ...read, rows: readable<Row>(read.rows, collection, hood), listKey, cursors };
}

/** Reads a window of rows as they come, each perhaps anything. */
export function readRows(
  collection: string,
  query: HoodListQuery,
  fields: readonly string[],
  window: Window,
  { hood, pageMaximums }: Context,
  options: Pick<ReadOptions<unknown>, 'onlyTotal'> = {},
) {
  return readWindow((page) => hood.list(collection, query, fields, page), window, {
    maximum: pageMaximums.of(`hood/${collection}`, hood.settings.maxPageSize),
    idOf: (row) => (isRow(row) ? String(row.id) : undefined),
    ...options,
  });
}

/** Rows without an id become errors in their places, all of them one failure: an odd row never fails its list. */
function readable<Row extends HoodRow>(
  rows: readonly unknown[],
  collection: string,
  hood: Hood,
): (Row | Error)[] {
  if (rows.every(isRow)) return rows as unknown as Row[];
  const error = hood.malformed(collection);
  return rows.map((row) => (isRow(row) ? (row as Row) : error));
}
