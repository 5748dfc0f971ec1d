import type { GraphQLResolveInfo } from 'graphql';
import { textOf } from '../../sources/exact-values.ts';
import { type Conditions, valuesIn } from '../../sources/hood/grammar.ts';
import { type HoodListQuery, type HoodRow, isRow } from '../../sources/hood/rows.ts';
import { type Connection, cutFor, emptyConnection, readableRows, type WholeList } from '../connection.ts';
import type { Context } from '../context.ts';
import { narrowedWindow } from '../narrowed-window.ts';
import type { RowRange } from '../paging/page-sizes.ts';
import { readWindow, type WindowRows } from '../paging/read-window.ts';
import { idHashOf, positionNumbers, type Window, type WindowArguments, windowFor } from '../paging/window.ts';
import { selects, selectsRows, upstreamFields } from '../selection.ts';
import { conditionsOf } from './filters.ts';
import {
  type FilterArgument,
  type ListSource,
  type OrderArgument,
  type SearchArgument,
  searchOf,
  sortOf,
} from './list-inputs.ts';
import { readBehind, type TimeList, unlessRefused } from './read-behind.ts';
import { cursorNumbersOf, digitsOf, type TimeOrder, timeOrderOf, timePlaceIn } from './time-order.ts';

/** The arguments of a list of Hood. */
export interface ListArguments extends WindowArguments {
  filter?: FilterArgument | null | undefined;
  search?: SearchArgument | null | undefined;
  orderBy?: readonly OrderArgument[] | null | undefined;
}

/** What of a list's rows is asked for. */
export interface RowNeeds {
  fields: readonly string[];
  /** Whether no row is selected, only how many there are. */
  onlyTotal: boolean;
}

/** A window of rows; those that cannot be read are errors in their places. */
export type HoodRows = Connection<HoodRow | Error>;

/** The fields that say which row, or whose row, it is. */
const OWNING_FIELDS: readonly string[] = ['id', 'client_id'];

/** A list of Hood as an operation asks for it, to be read window by window. */
export type HoodList = ReturnType<typeof hoodList>;

/**
 * `fixed` are conditions beside the filter's. `reading` names what the list is read for, where rows without a time are
 * read apart and cursors must not be those of other lists. Throws `BadInput` for what the arguments but the window say.
 */
export function hoodList(
  source: ListSource,
  { filter, search, orderBy }: ListArguments,
  context: Context,
  fixed: Conditions = {},
  reading = '',
) {
  const { collection } = source;
  const { hood, filledTimes } = context;
  const { maxPageSize: maximum } = hood.settings;
  const conditions = conditionsOf(filter, source.filter);
  // Mistakes in these are reported even where the filter alone makes the answer empty.
  const sort = sortOf(orderBy ?? []);
  const searched = search ? searchOf(search, source.search) : undefined;
  /** Whether no row can match: then Hood is asked nothing. */
  const isNothing = conditions === 'nothing';
  const query: HoodListQuery = isNothing ? {} : { conditions: { ...fixed, ...conditions }, sort, search: searched };
  const sizes = context.pageSizes(`hood/${collection}`, maximum);
  const listKey = `hood/${collection}?${JSON.stringify(isNothing ? conditions : query)}${reading}`;
  const cursors = context.cursors.of(listKey);
  const order = timeOrderOf(sort);
  const whole: WholeList = { listKey, cursors: context.cursors, maximum };

  /** The window that arguments ask for. Throws `BadInput` for those that make none. */
  const windowOf = (args: WindowArguments): Window => windowFor(args, { maximum, cursors });

  /** What a selection needs of the rows of `typeName`; cursors of a list in order of time hold that time. */
  function needs(info: GraphQLResolveInfo, typeName: string): RowNeeds {
    const fields = upstreamFields(info, typeName);
    const hasCursors =
      selects(info, `${typeName}Edge`, (field) => field === 'cursor') ||
      selects(info, 'PageInfo', (field) => field === 'startCursor' || field === 'endCursor');
    return {
      fields: order && hasCursors ? withOrder(fields, order) : fields,
      onlyTotal: !selectsRows(info, `${typeName}Connection`),
    };
  }

  /**
   * Reads a window, without a call where no row can match, and holds its rows against what names their owners: an API
   * that ignores such a condition gives everybody's. `asked` is what Hood is asked instead, where it makes no difference.
   * Throws `BadInput` for arguments that make no window.
   */
  async function read(args: WindowArguments, needed: RowNeeds, asked = query): Promise<HoodRows> {
    const owners = OWNING_FIELDS.flatMap((field) => {
      const values = valuesIn(query.conditions?.[field] ?? {});
      return values ? [{ field, values }] : [];
    });
    const { seen } = windowOf(args);
    if (owners.length === 0) return readUnheld(args, needed);
    const fields = owners.reduce((names, { field }) => withField(names, field), needed.fields);
    const isAsked = (row: HoodRow | Error) =>
      row instanceof Error ||
      owners.every(({ field, values }) => values.has(textOf(row[field as keyof HoodRow]) ?? ''));
    const isFollowed = (row: unknown) => args.after != null && idHashOf(idOf(row)) === (seen?.idHash || undefined);
    const list = {
      isAsked,
      isIgnored: asked !== query,
      isFollowed,
      most: owners.find(({ field }) => field === 'id')?.values.size,
      maximum,
    };
    const readAny = (window: WindowArguments) => readUnheld(window, { fields, onlyTotal: false }, asked);
    return narrowedWindow(readAny, args, list, needed.onlyTotal);
  }

  async function readUnheld(args: WindowArguments, { fields, onlyTotal }: RowNeeds, asked = query): Promise<HoodRows> {
    const window = windowOf(args);
    if (isNothing) return emptyConnection();
    const isBehindCursor = args.after != null && args.before == null && args.last == null;
    const place = isBehindCursor && order ? timePlaceIn(cursors.decode(args.after ?? '', 'after')) : undefined;
    const behind =
      order && place && !onlyTotal && window.size > 0
        ? await readBehind(inTime(order, fields), place, window.size)
        : undefined;
    const came = behind ?? (await readRows(asked, fields, window, onlyTotal));
    return {
      ...came,
      rows: readableRows(came.rows, isRow, () => hood.malformed(collection)),
      cursorOf: cursorsOf(came, behind?.numbers),
    };
  }

  /** A window from the first row on of rows that came whole. */
  function cutFromFirst(rows: readonly HoodRow[], args: WindowArguments): HoodRows {
    const own = cutFor(args, whole)(rows);
    return { ...own, cursorOf: cursorsOf({ ...own, offset: args.offset ?? 0 }) };
  }

  /** Reads a range of rows as they come; each may be anything. */
  const readRange = (fields: readonly string[], range: RowRange): Promise<WindowRows<unknown>> =>
    readRows(query, fields, { kind: 'range', ...range });

  /** The cursors of a window; where they stand in order of time is looked at only if one is selected. */
  function cursorsOf(
    { rows, offset, total }: Pick<WindowRows<unknown>, 'offset' | 'total'> & { rows: readonly unknown[] },
    known?: number[][],
  ): HoodRows['cursorOf'] {
    let numbers = known;
    return (index) => {
      const start = offset === 0 ? ({ equals: 0, side: 'first' } as const) : { equals: undefined, side: undefined };
      numbers ??= order && cursorNumbersOf(rows, order, { offset, total, ...start });
      return cursors.encode(numbers?.[index] ?? positionNumbers(offset + index, total, idOf(rows[index])));
    };
  }

  function inTime(order: TimeOrder, fields: readonly string[]): TimeList {
    const { [order.field]: condition, ...others } = query.conditions ?? {};
    const time = `${collection} ${order.field}`;
    const firstOf = async (filter: HoodListQuery) => {
      const names = withField(['id'], order.field);
      const { rows } = await readRows(filter, names, { kind: 'range', offset: 0, size: 1 });
      return rows.map((row) => digitsOf(row, order));
    };
    return {
      order,
      condition,
      largest: sizes.most,
      read: (narrower, range) => {
        const conditions = narrower === undefined ? others : { ...others, [order.field]: narrower };
        return readRows({ ...query, conditions }, withOrder(fields, order), { kind: 'range', ...range });
      },
      endsWithoutTime: async () => {
        if (reading || filledTimes.has(time)) return false;
        // An API that refuses the question has no such rows.
        const without = await unlessRefused(firstOf({ conditions: { [order.field]: { isNull: true } } }));
        if (without?.[0] !== null) {
          filledTimes.set(time, true);
          return false;
        }
        const [first] = await firstOf({ sort: query.sort });
        // Where no row has a time any more, nothing says so: a row may come again, but none is left out.
        return first !== null || (await firstOf({ conditions: { [order.field]: { isNull: false } } })).length === 0;
      },
    };
  }

  function readRows(of: HoodListQuery, fields: readonly string[], window: Window, onlyTotal = false) {
    return readWindow<unknown>((page) => hood.list(collection, of, fields, page), window, { sizes, idOf, onlyTotal });
  }

  return { isNothing, query, sizes, window: windowOf, needs, read, cutFromFirst, readRange };
}

/** The fields and one more, sorted, so that equal needs make equal URLs. */
function withField(fields: readonly string[], field: string): readonly string[] {
  return fields.includes(field) ? fields : [...fields, field].sort();
}

/** The fields and those that a place in order of time is told by. */
function withOrder(fields: readonly string[], { field, others }: TimeOrder): readonly string[] {
  return [field, ...others].reduce(withField, fields);
}

function idOf(row: unknown): string | undefined {
  return isRow(row) ? String(row.id) : undefined;
}
