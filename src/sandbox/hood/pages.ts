import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { Condition } from './filters.ts';
import type { ListQuery } from './list-query.ts';
import type { Resource } from './resources.ts';
import { orderBy, tableOf, whereOf, withoutIndex } from './sql.ts';

/** Counts remembered per list; a handful of queries is all that anybody pages through at a time. */
const REMEMBERED_COUNTS = 1000;

/** So few rows are sorted at once, whatever the order. */
const FEW = 10_000;

/** Of more rows than these a page is found sooner by going through all rows in order than by sorting those. */
const MANY = 50_000;

const NEWEST_FIRST: Order = [{ column: 'create_time', descending: true }];

type Order = ListQuery['order'];

/** A part of a list in its order. */
interface Part {
  size: number;
  offset: number;
  /** Counted from the end, in the opposite order. */
  fromEnd: boolean;
}

/** A row's place: its rank, and its value in the first field of the order. */
interface Place {
  rank: number;
  value: string | number | null;
}

/** How many rows a query has and which of them are on a page, found in milliseconds among a million. */
export class Pages {
  readonly #statement: (sql: string) => StatementSync;
  readonly #counts = new Map<string, number>();

  /** `statement` prepares one, or has it prepared already. */
  constructor(statement: (sql: string) => StatementSync) {
    this.#statement = statement;
  }

  /** To be called when rows change. */
  forget(): void {
    this.#counts.clear();
  }

  /** The size of the whole filtered list. */
  total(resource: Resource, query: ListQuery): number {
    // To count what a condition leaves out is quicker than to look at every row that it does not.
    const alone = query.conditions.length === 1;
    const negative = query.conditions.find(
      ({ column, leavesOut }) => leavesOut && (alone || !resource.countedBy.includes(column)),
    );
    if (negative) {
      const rest = query.conditions.filter((condition) => condition !== negative);
      const totalOf = (conditions: Condition[]) => this.total(resource, { ...query, conditions });
      const leftOut = negative.leavesOut?.map((condition) => totalOf([...rest, condition])) ?? [];
      return leftOut.reduce((left, count) => left - count, totalOf(rest));
    }
    const { where, values } = whereOf(query, alone ? [] : resource.countedBy);
    return this.#count(`SELECT count(*) AS total FROM ${tableOf(resource)}${where}`, values);
  }

  /** The ranks of a page's rows, in order: they alone come out of an index, whole rows would be carried through sorts. */
  ranks(resource: Resource, query: ListQuery, total: number): number[] {
    const offset = (query.page - 1) * query.pageSize;
    const size = Math.min(query.pageSize, total - offset);
    if (size <= 0) return [];
    // Rows near the end are read from the end, in the opposite order.
    const fromEnd = offset > total / 2;
    const part = { size, offset: fromEnd ? total - offset - size : offset, fromEnd };
    const order = query.order.length > 0 ? query.order : NEWEST_FIRST;
    const unindexed = unindexedOf(resource, query, order, total);
    const places =
      order.length > 1 && total > FEW
        ? this.#placesAmongEquals(resource, query, order, part, unindexed)
        : this.#places(resource, query, order, part, unindexed);
    const ranks = places.map(({ rank }) => rank);
    return fromEnd ? ranks.reverse() : ranks;
  }

  /**
   * A part of a list ordered by several fields, of which indexes know the first only: the rows that are equal in it
   * to those at this place are few, and only they are sorted.
   */
  #placesAmongEquals(
    resource: Resource,
    query: ListQuery,
    order: Order,
    part: Part,
    unindexed: readonly string[],
  ): Place[] {
    const first = order.slice(0, 1);
    const equals = this.#places(resource, query, first, part, unindexed);
    const [start, end] = [equals[0], equals.at(-1)];
    const [field] = first;
    if (!field || !start || !end) return [];

    const descends = field.descending !== part.fromEnd;
    const { where, values } = whereOf(
      narrowed(query, between(field.column, start.value, start.value), {
        column: 'rank',
        sql: (name) => `${name} ${descends ? '>' : '<'} ?`,
        values: [start.rank],
      }),
    );
    const { offset } = this.#statement(`SELECT count(*) AS offset FROM ${tableOf(resource)}${where}`).get(
      ...values,
    ) as { offset: number };
    const [low, high] = descends ? [end, start] : [start, end];
    const among = narrowed(query, between(field.column, low.value, high.value));
    return this.#places(resource, among, order, { ...part, offset });
  }

  #places(
    resource: Resource,
    query: ListQuery,
    order: Order,
    { size, offset, fromEnd }: Part,
    unindexed?: readonly string[],
  ): Place[] {
    const { where, values } = whereOf(query, unindexed);
    return this.#statement(
      `SELECT rank, "${order[0]?.column}" AS value FROM ${tableOf(resource)}${where} ORDER BY ${orderBy(order, fromEnd)} LIMIT ? OFFSET ?`,
    ).all(...values, size, offset) as unknown as Place[];
  }

  #count(sql: string, values: SQLInputValue[]): number {
    const key = JSON.stringify([sql, values]);
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const { total } = this.#statement(sql).get(...values) as { total: number };
    if (this.#counts.size >= REMEMBERED_COUNTS) this.#counts.clear();
    this.#counts.set(key, total);
    return total;
  }
}

/** The columns whose indexes would lead away from the order, to more rows than can be sorted at once. */
function unindexedOf(
  { countedBy }: Resource,
  { conditions }: ListQuery,
  [first]: Order,
  total: number,
): readonly string[] {
  if (total <= FEW) return [];
  if (total <= MANY) return countedBy;
  return conditions.map(({ column }) => column).filter((column) => column !== first?.column);
}

/** With further conditions, for which indexes shall be used instead of for its own. */
function narrowed(query: ListQuery, ...conditions: Condition[]): ListQuery {
  return { ...query, conditions: [...query.conditions.map(withoutIndex), ...conditions] };
}

/** Both ends included; a row without a value comes before all others, at the start of its index. */
function between(column: string, low: Place['value'], high: Place['value']): Condition {
  if (high === null) return { column, sql: (name) => `${name} IS NULL`, values: [] };
  if (low === null) return { column, sql: (name) => `(${name} > ?) IS NOT TRUE`, values: [high] };
  return { column, sql: (name) => `${name} >= ? AND ${name} <= ?`, values: [low, high] };
}
