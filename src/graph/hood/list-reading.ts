import type { GraphQLResolveInfo } from 'graphql';
import { textOf } from '../../sources/exact-values.ts';
import { type Conditions, valuesIn } from '../../sources/hood/grammar.ts';
import { type Collection, type HoodListQuery, type HoodRow, isRow } from '../../sources/hood/rows.ts';
import {
  type Connection,
  emptyConnection,
  listConnection,
  narrowedWindow,
  readableRows,
  type WholeList,
} from '../connection.ts';
import type { Context } from '../context.ts';
import type { ListCursors } from '../paging/cursor.ts';
import type { PageSizes, RowRange } from '../paging/page-sizes.ts';
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
export class HoodList {
  /** What Hood is asked; `nothing` where no row can match. */
  readonly query: HoodListQuery | 'nothing';
  readonly sizes: PageSizes;
  readonly #collection: Collection;
  readonly #context: Context;
  readonly #listKey: string;
  readonly #cursors: ListCursors;
  readonly #order: TimeOrder | undefined;
  readonly #hasTimesOnly: boolean;

  /**
   * `fixed` are conditions beside the filter's. `reading` names what the list is read for, where rows without a time are
   * read apart and cursors must not be those of other lists. Throws `BadInput` for what the arguments but the window say.
   */
  constructor(
    source: ListSource,
    { filter, search, orderBy }: ListArguments,
    context: Context,
    fixed: Conditions = {},
    reading = '',
  ) {
    const { collection } = source;
    const conditions = conditionsOf(filter, source.filter);
    // Mistakes in these are reported even where the filter alone makes the answer empty.
    const sort = sortOf(orderBy ?? []);
    const searched = search ? searchOf(search, source.search) : undefined;
    this.query =
      conditions === 'nothing' ? conditions : { conditions: { ...fixed, ...conditions }, sort, search: searched };
    this.sizes = context.pageSizes(`hood/${collection}`, context.hood.settings.maxPageSize);
    this.#collection = collection;
    this.#context = context;
    this.#listKey = `hood/${collection}?${JSON.stringify(this.query)}${reading}`;
    this.#cursors = context.cursors.of(this.#listKey);
    this.#order = timeOrderOf(sort);
    this.#hasTimesOnly = reading !== '';
  }

  /** The window that arguments ask for. Throws `BadInput` for those that make none. */
  window(args: WindowArguments): Window {
    return windowFor(args, { maximum: this.#context.hood.settings.maxPageSize, cursors: this.#cursors });
  }

  /** What a selection needs of the rows of `typeName`; cursors of a list in order of time hold that time. */
  needs(info: GraphQLResolveInfo, typeName: string): RowNeeds {
    const fields = upstreamFields(info, typeName);
    const hasCursors =
      selects(info, `${typeName}Edge`, (field) => field === 'cursor') ||
      selects(info, 'PageInfo', (field) => field === 'startCursor' || field === 'endCursor');
    return {
      fields: this.#order && hasCursors ? withField(fields, this.#order.field) : fields,
      onlyTotal: !selectsRows(info, `${typeName}Connection`),
    };
  }

  /**
   * Reads a window, without a call where no row can match, and holds its rows against what names their owners: an API
   * that ignores such a condition gives everybody's. Then the rows of its largest page that were asked for make the
   * list. Throws `BadInput` for arguments that make no window.
   */
  async read(args: WindowArguments, needs: RowNeeds): Promise<HoodRows> {
    const conditions = this.query === 'nothing' ? {} : (this.query.conditions ?? {});
    const owners = OWNING_FIELDS.flatMap((field) => {
      const values = valuesIn(conditions[field] ?? {});
      return values ? [{ field, values }] : [];
    });
    if (owners.length === 0) return this.#read(args, needs);
    const fields = owners.reduce((names, { field }) => withField(names, field), needs.fields);
    const isAsked = (row: HoodRow | Error) =>
      row instanceof Error ||
      owners.every(({ field, values }) => values.has(textOf(row[field as keyof HoodRow]) ?? ''));
    const ids = owners.find(({ field }) => field === 'id')?.values;
    const list = { ...this.#whole, isAsked, ...(ids && { most: ids.size }) };
    const read = (window: WindowArguments) => this.#read(window, { fields, onlyTotal: false });
    return narrowedWindow(read, args, list, needs.onlyTotal);
  }

  /** A window from the first row on of rows that came whole. */
  cutFromFirst(rows: readonly HoodRow[], args: WindowArguments): HoodRows {
    const own = listConnection(rows, args, this.#whole);
    return { ...own, cursorOf: this.#cursorsOf({ ...own, offset: args.offset ?? 0 }) };
  }

  /** Reads a range of rows as they come; each may be anything. */
  readRange(fields: readonly string[], range: RowRange): Promise<WindowRows<unknown>> {
    return this.#readRows(this.query === 'nothing' ? {} : this.query, fields, { kind: 'range', ...range });
  }

  get #whole(): WholeList {
    const { cursors, hood } = this.#context;
    return { listKey: this.#listKey, cursors, maximum: hood.settings.maxPageSize };
  }

  async #read(args: WindowArguments, { fields, onlyTotal }: RowNeeds): Promise<HoodRows> {
    const window = this.window(args);
    const query = this.query;
    if (query === 'nothing') return emptyConnection();
    const order = this.#order;
    const isBehindCursor = args.after != null && args.before == null && args.last == null;
    const place = isBehindCursor && order ? timePlaceIn(this.#cursors.decode(args.after ?? '', 'after')) : undefined;
    const behind =
      order && place && !onlyTotal && window.size > 0
        ? await readBehind(this.#inTime(query, order, fields), place, window.size)
        : undefined;
    const read = behind ?? (await this.#readRows(query, fields, window, onlyTotal));
    const malformed = () => this.#context.hood.malformed(this.#collection);
    return {
      ...read,
      rows: readableRows(read.rows, isRow, malformed),
      cursorOf: this.#cursorsOf(read, behind?.numbers),
    };
  }

  /** The cursors of a window; where they stand in order of time is looked at only if one is selected. */
  #cursorsOf(
    read: Pick<WindowRows<unknown>, 'offset' | 'total'> & { rows: readonly unknown[] },
    known?: number[][],
  ): HoodRows['cursorOf'] {
    const { rows, offset, total } = read;
    let numbers = known;
    return (index) => {
      const start = offset === 0 ? ({ equals: 0, side: 'first' } as const) : { equals: undefined, side: undefined };
      numbers ??= this.#order && cursorNumbersOf(rows, this.#order, { offset, total, ...start });
      return this.#cursors.encode(numbers?.[index] ?? positionNumbers(offset + index, total, idOf(rows[index])));
    };
  }

  #inTime(query: HoodListQuery, order: TimeOrder, fields: readonly string[]): TimeList {
    const { [order.field]: condition, ...others } = query.conditions ?? {};
    const { filledTimes } = this.#context;
    const time = `${this.#collection} ${order.field}`;
    const firstOf = async (filter: HoodListQuery) => {
      const names = withField(['id'], order.field);
      const { rows } = await this.#readRows(filter, names, { kind: 'range', offset: 0, size: 1 });
      return rows.map((row) => digitsOf(row, order));
    };
    return {
      order,
      condition,
      largest: this.sizes.most,
      read: (narrower, range) => {
        const conditions = narrower === undefined ? others : { ...others, [order.field]: narrower };
        return this.#readRows({ ...query, conditions }, withField(fields, order.field), { kind: 'range', ...range });
      },
      endsWithoutTime: async () => {
        if (this.#hasTimesOnly || filledTimes.has(time)) return false;
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

  #readRows(query: HoodListQuery, fields: readonly string[], window: Window, onlyTotal = false) {
    const { hood } = this.#context;
    return readWindow<unknown>((page) => hood.list(this.#collection, query, fields, page), window, {
      sizes: this.sizes,
      idOf,
      onlyTotal,
    });
  }
}

/** The fields and one more, sorted, so that equal needs make equal URLs. */
function withField(fields: readonly string[], field: string): readonly string[] {
  return fields.includes(field) ? fields : [...fields, field].sort();
}

function idOf(row: unknown): string | undefined {
  return isRow(row) ? String(row.id) : undefined;
}
