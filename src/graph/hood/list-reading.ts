import type { GraphQLResolveInfo } from 'graphql';
import { type HoodRow, isRow } from '../../sources/hood/answers.ts';
import type { HoodListQuery } from '../../sources/hood/endpoints.ts';
import { type Condition, nullness, valuesIn } from '../../sources/hood/grammar.ts';
import type { Hood } from '../../sources/hood/hood.ts';
import { type Connection, emptyConnection } from '../connection.ts';
import type { Context } from '../context.ts';
import { listConnection } from '../list-connection.ts';
import type { ListCursors } from '../paging/cursor.ts';
import type { RowRange } from '../paging/page-plan.ts';
import { readWindow, type WindowRows } from '../paging/read-window.ts';
import { positionNumbers, type Window, type WindowArguments, windowFor } from '../paging/window.ts';
import { selects, selectsRows, upstreamFields } from '../selection.ts';
import { conditionsOf } from './conditions.ts';
import {
  type FilterArgument,
  type ListSource,
  type OrderArgument,
  type SearchArgument,
  searchOf,
  sortOf,
} from './list-inputs.ts';
import { cursorNumbersOf, digitsOf, type TimeOrder, timeOrderOf, timePlaceIn } from './time-order.ts';
import { readBehind, type TimeList, unlessRefused } from './time-window.ts';

/** The arguments of a list of Hood. */
export interface ListArguments extends WindowArguments {
  filter?: FilterArgument | null | undefined;
  search?: SearchArgument | null | undefined;
  orderBy?: readonly OrderArgument[] | null | undefined;
}

/** The upstream query of a list, `nothing` when no row can match; the key is what its cursors are bound to. */
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
  // Mistakes in these are reported even where the filter alone makes the answer empty.
  const sort = sortOf(orderBy ?? []);
  const searched = search ? searchOf(search, source.search ?? { fields: {} }) : undefined;
  const query =
    conditions === 'nothing' ? conditions : { conditions: { ...fixed, ...conditions }, sort, search: searched };
  return { query, listKey: `hood/${source.collection}?${JSON.stringify(query)}` };
}

/** What of a list's rows is asked for. */
export interface RowNeeds {
  fields: readonly string[];
  /** Whether no row is selected, only how many there are. */
  onlyTotal: boolean;
}

/** What a selection needs of the rows of `typeName`; cursors of a list in order of time hold that time. */
export function rowNeeds(info: GraphQLResolveInfo, typeName: string, { query }: ListRequest): RowNeeds {
  const fields = upstreamFields(info, typeName);
  const order = query === 'nothing' ? undefined : timeOrderOf(query.sort);
  const hasCursors =
    selects(info, `${typeName}Edge`, (field) => field === 'cursor') ||
    selects(info, 'PageInfo', (field) => field === 'startCursor' || field === 'endCursor');
  return {
    fields: order && hasCursors ? withField(fields, order.field) : fields,
    onlyTotal: !selectsRows(info, `${typeName}Connection`),
  };
}

/** The fields and one more, sorted, so that equal needs make equal URLs. */
export function withField(fields: readonly string[], field: string): readonly string[] {
  return fields.includes(field) ? fields : [...fields, field].sort();
}

/** The fields that say which row, or whose row, it is. */
const OWNING_FIELDS: readonly string[] = ['id', 'client_id'];

/**
 * Reads a window of a list, and holds its rows against what names their owners: an API that ignores such a condition
 * gives everybody's. Then the rows of its largest page that were asked for make the list.
 */
export async function readOwn<Row extends HoodRow>(
  collection: string,
  request: ListRequest,
  args: WindowArguments,
  needs: RowNeeds,
  context: Context,
): Promise<Connection<Row | Error>> {
  const conditions = request.query === 'nothing' ? {} : (request.query.conditions ?? {});
  const owners = OWNING_FIELDS.flatMap((field) => {
    const values = valuesIn(conditions[field] ?? '');
    return values ? [{ field, values }] : [];
  });
  if (owners.length === 0) return readRequest(collection, request, args, needs, context);
  const fields = owners.reduce((names, { field }) => withField(names, field), needs.fields);
  const whole = { fields, onlyTotal: false };
  // A total is believed only together with a row.
  const read = await readRequest<Row>(collection, request, needs.onlyTotal ? { first: 1 } : args, whole, context);
  const isAsked = (row: Row | Error) =>
    row instanceof Error || owners.every(({ field, values }) => values.has(String(row[field as keyof Row])));
  if (read.rows.every(isAsked)) return read;
  const { cursors, hood } = context;
  const { maxPageSize: maximum } = hood.settings;
  const all = await readRequest<Row>(collection, request, { first: maximum }, whole, context);
  return listConnection(all.rows.filter(isAsked), args, { listKey: request.listKey, cursors, maximum });
}

/** Reads a window of a list; no call where no row can match. Throws `BadInput` for arguments that make no window. */
export async function readRequest<Row extends HoodRow>(
  collection: string,
  { query, listKey }: ListRequest,
  args: WindowArguments,
  { fields, onlyTotal }: RowNeeds,
  context: Context,
): Promise<Connection<Row | Error>> {
  const { hood } = context;
  const cursors = context.cursors.of(listKey);
  const window = windowFor(args, { maximum: hood.settings.maxPageSize, cursors });
  if (query === 'nothing') return emptyConnection();
  const order = timeOrderOf(query.sort);
  const isBehindCursor = args.after != null && args.before == null && args.last == null;
  const place = isBehindCursor && order ? timePlaceIn(cursors.decode(args.after ?? '', 'after')) : undefined;
  const behind =
    order && place && !onlyTotal && window.size > 0
      ? await readBehind(timeList(collection, query, order, fields, context), place, window.size)
      : undefined;
  const read = behind ?? (await readRows(collection, query, fields, window, context, { onlyTotal }));
  return {
    ...read,
    rows: readable<Row>(read.rows, collection, hood),
    cursorOf: cursorsOf(read, order, cursors, behind?.numbers),
  };
}

/** The cursors of a window; where they stand in order of time is looked at only if one is selected. */
export function cursorsOf(
  {
    rows,
    offset,
    total,
    pageSize,
  }: Pick<WindowRows<unknown>, 'offset' | 'total' | 'pageSize'> & { rows: readonly unknown[] },
  order: TimeOrder | undefined,
  cursors: ListCursors,
  known?: number[][],
): Connection<unknown>['cursorOf'] {
  let numbers = known;
  return (index) => {
    const isStart = offset === 0;
    const side = isStart ? ('first' as const) : undefined;
    const start = { offset, equals: isStart ? 0 : undefined, side, total };
    numbers ??= order && cursorNumbersOf(rows, order, start);
    return cursors.encode(numbers?.[index] ?? positionNumbers(offset + index, { total, pageSize }, idOf(rows[index])));
  };
}

function timeList(
  collection: string,
  query: HoodListQuery,
  order: TimeOrder,
  fields: readonly string[],
  context: Context,
): TimeList {
  const { [order.field]: condition, ...others } = query.conditions ?? {};
  const time = `${collection} ${order.field}`;
  const read = (conditions: HoodListQuery, names: readonly string[], range: RowRange) =>
    readRows(collection, conditions, names, { kind: 'range', ...range }, context);
  return {
    order,
    condition,
    largest: maximumOf(collection, context).largest,
    read: (narrower, range) =>
      read({ ...query, conditions: { ...others, [order.field]: narrower } }, withField(fields, order.field), range),
    endsWithoutTime: async () => {
      if (context.filledTimes.has(time)) return false;
      const firstOf = async (filter: HoodListQuery) => {
        const { rows } = await read(filter, withField(['id'], order.field), { offset: 0, size: 1 });
        return rows.map((row) => digitsOf(row, order));
      };
      // An API that refuses the question has no such rows.
      const without = await unlessRefused(firstOf({ conditions: { [order.field]: nullness(true) } }));
      if (without?.[0] !== null) {
        context.filledTimes.set(time, true);
        return false;
      }
      const [first] = await firstOf({ sort: query.sort });
      // Where no row has a time any more, nothing says so: a row may come again, but none is left out.
      return first !== null || (await firstOf({ conditions: { [order.field]: nullness(false) } })).length === 0;
    },
  };
}

/** The largest page of a collection, as far as that is known. */
export function maximumOf(collection: string, { hood, pageMaximums }: Context) {
  return pageMaximums.of(`hood/${collection}`, hood.settings.maxPageSize);
}

/** Reads a window of rows as they come; each may be anything. */
export function readRows(
  collection: string,
  query: HoodListQuery,
  fields: readonly string[],
  window: Window,
  context: Context,
  { onlyTotal = false } = {},
): Promise<WindowRows<unknown>> {
  return readWindow<unknown>((page) => context.hood.list(collection, query, fields, page), window, {
    maximum: maximumOf(collection, context),
    idOf,
    onlyTotal,
  });
}

function idOf(row: unknown): string | undefined {
  return isRow(row) ? String(row.id) : undefined;
}

/** Rows without an id become errors in their places, all of them one failure: an odd row never fails its list. */
function readable<Row extends HoodRow>(rows: readonly unknown[], collection: string, hood: Hood): (Row | Error)[] {
  if (rows.every(isRow)) return rows as unknown as Row[];
  const error = hood.malformed(collection);
  return rows.map((row) => (isRow(row) ? (row as Row) : error));
}
