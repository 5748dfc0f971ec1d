import type { ListQuery } from '../list-query.ts';
import type { Key } from '../record.ts';
import { comparedColumns, type Resource } from '../resources.ts';
import { type Column, grown } from './column.ts';
import { NumberColumn } from './number-column.ts';
import { TextColumn } from './text-column.ts';

type Order = ListQuery['order'];

const NEWEST_FIRST: Order = [{ column: 'create_time', descending: true }];

/** A row's rank, and its key in each of the columns that the list's queries compare. */
export type Row = [rank: number, ...keys: (Key | null)[]];

/** A page's rows by their ranks, and how many rows the whole filtered list has. */
export interface Page {
  total: number;
  ranks: number[];
}

/**
 * What a list's queries compare, column by column in memory. Each condition marks its rows, and a page is found by
 * going along the marks in the order asked for: among a million rows that takes milliseconds, whatever the query.
 */
export class ColumnIndex {
  /** Rising: a row's number is the place of its rank. */
  #ranks: Float64Array;
  readonly #columns: ReadonlyMap<string, Column>;

  /** `rows` are as many as `count` says, by rising rank. */
  constructor(resource: Resource, count: number, rows: Iterable<Row>) {
    const columns = comparedColumns(resource);
    this.#ranks = new Float64Array(count);
    const all = columns.map(
      (name) => new (resource.columns[name] === 'text' ? TextColumn : NumberColumn)(count),
    );
    let row = 0;
    for (const keys of rows) {
      this.#ranks[row] = keys[0];
      for (let at = 0; at < all.length; at++) all[at]?.set(row, keys[at + 1] ?? null);
      row++;
    }
    this.#columns = new Map(all.map((column, at) => [columns[at] as string, column]));
  }

  /** Takes over a changed row. */
  change(rank: number, keys: Readonly<Record<string, Key | null>>): void {
    const row = this.#ranks.indexOf(rank);
    for (const [name, key] of Object.entries(keys)) this.#column(name).set(row, key);
  }

  /** Takes in a new row, whose rank is above all others. */
  append(rank: number, keys: Readonly<Record<string, Key | null>>): void {
    const row = this.#ranks.length;
    this.#ranks = grown(this.#ranks, row + 1);
    this.#ranks[row] = rank;
    for (const [name, column] of this.#columns) column.append(keys[name] ?? null);
  }

  /** Whether a row has this key in a column. */
  has(name: string, key: Key): boolean {
    const intervals = [{ low: key, high: key }];
    return this.#column(name).meeting({ column: name, intervals, outside: false, none: false }).includes(1);
  }

  /** Finds a page. Rows that are equal in all fields of the order are by rank, in the direction of its last field. */
  page(query: ListQuery): Page {
    const marks = this.#matching(query);
    const total = countOf(marks);
    const offset = (query.page - 1) * query.pageSize;
    if (offset >= total) return { total, ranks: [] };
    const order = query.order.length > 0 ? query.order : NEWEST_FIRST;
    const rows = this.#rowsFrom(offset, query.pageSize, marks, order);
    return { total, ranks: rows.map((row) => this.#ranks[row] as number) };
  }

  /** Sorts by a column, which its first use would do otherwise. */
  sort(name: string): void {
    this.#column(name).rising();
  }

  #matching({ conditions, search }: ListQuery): Uint8Array {
    const met = conditions.map((condition) => this.#column(condition.column).meeting(condition));
    if (search)
      met.push(search.columns.map((name) => this.#column(name).containing(search.text)).reduce(either));
    return met.length > 0 ? met.reduce(both) : new Uint8Array(this.#ranks.length).fill(1);
  }

  /**
   * The rows are sorted by the first field of an order only: those of the page, with all that are equal in it to the
   * first and the last of them, are then sorted by all.
   */
  #rowsFrom(offset: number, size: number, marks: Uint8Array, order: Order): number[] {
    const [first, ...others] = order;
    if (!first) return [];

    const column = this.#column(first.column);
    const rows = column.rising();
    const rowAt = (place: number) => rows[first.descending ? rows.length - 1 - place : place] as number;
    const tied = (one: number, other: number) => others.length > 0 && column.compare(one, other) === 0;

    let place = 0;
    for (let skipped = 0; skipped < offset || !marks[rowAt(place)]; place++)
      skipped += marks[rowAt(place)] as number;
    const firstOfPage = rowAt(place);
    let before = 0;
    while (place > 0 && tied(rowAt(place - 1), firstOfPage)) before += marks[rowAt(--place)] as number;

    const found: number[] = [];
    for (; place < rows.length; place++) {
      const row = rowAt(place);
      if (found.length >= before + size && !tied(row, found.at(-1) as number)) break;
      if (marks[row]) found.push(row);
    }
    return found.sort((one, other) => this.#compare(order, one, other)).slice(before, before + size);
  }

  #compare(order: Order, one: number, other: number): number {
    for (const { column, descending } of order) {
      const compared = this.#column(column).compare(one, other);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return order.at(-1)?.descending ? other - one : one - other;
  }

  #column(name: string): Column {
    const column = this.#columns.get(name);
    if (!column) throw new Error(`nothing compares the column ${name}`);
    return column;
  }
}

function both(marks: Uint8Array, others: Uint8Array): Uint8Array {
  for (let row = 0; row < marks.length; row++) marks[row] = (marks[row] as number) & (others[row] as number);
  return marks;
}

function either(marks: Uint8Array, others: Uint8Array): Uint8Array {
  for (let row = 0; row < marks.length; row++) marks[row] = (marks[row] as number) | (others[row] as number);
  return marks;
}

function countOf(marks: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < marks.length; row++) count += marks[row] as number;
  return count;
}
