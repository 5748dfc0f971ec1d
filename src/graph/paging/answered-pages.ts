import type { RowRange } from './page-plan.ts';
import type { PageSizes } from './page-sizes.ts';

/** An upstream page as it is asked for; pages count from 1. */
export interface Page {
  number: number;
  size: number;
}

/** What came back for a page; `total` is of the whole list, undefined where upstream left it out. */
export interface PageAnswer<Row> {
  items: Row[];
  total: number | undefined;
}

/** A page with its answer. */
export interface AnsweredPage<Row> extends Page, PageAnswer<Row> {
  /** How many rows the answer had, of which `items` are none where all of them are repeats. */
  came: number;
  /** Whether the API refused it, which may be because it is behind the end. */
  isRefused: boolean;
  /** The position of its first row; undefined while nobody knows. */
  start: number | undefined;
}

/** What makes two rows the same; rows without an id are all kept. */
export type IdOf<Row> = (row: Row) => string | undefined;

const absent = Symbol('absent');

/**
 * The pages that came for one window, and where their rows stand. Page 1 begins the list. A later page stands where its
 * size says only if the API is known to have pages of that size.
 */
export class AnsweredPages<Row> {
  readonly list: AnsweredPage<Row>[] = [];
  /** Where the list ends, whatever its total says. */
  shownEnd: number | undefined;
  readonly sizes: PageSizes;
  readonly idOf: IdOf<Row>;

  constructor(sizes: PageSizes, idOf: IdOf<Row>) {
    this.sizes = sizes;
    this.idOf = idOf;
  }

  /** Adds an answer. */
  add({ number, size, isRefused }: Page & { isRefused: boolean }, { items: rows, total }: PageAnswer<Row>) {
    // A page of another length than asked for may have a row twice: how many rows it has says where they stand.
    const items = rows.length === size ? rows : this.distinct(rows);
    const added: AnsweredPage<Row> = { number, size, items, total, came: items.length, isRefused, start: undefined };
    this.list.push(added);
    this.sizes.note(added);
    for (const page of this.list) page.start = this.#startOf(page);
    if (this.list.length > 1) this.#dropRepeats();
    return added;
  }

  /** The answers for a page: more than one where it was asked for again. */
  answers(number: number, size: number): AnsweredPage<Row>[] {
    return this.list.filter((page) => page.number === number && page.size === size);
  }

  /** How many rows a first page had that was short, if none had more: the API has such pages, whatever its largest is. */
  get shownSize(): number | undefined {
    const { own, least } = this.sizes;
    const most = Math.max(...this.list.map(({ came }) => came));
    if (most === 0 || (most === own && own > least)) return undefined;
    const isShort = this.list.some(({ number, size, came }) => number === 1 && came === most && came < size);
    return isShort ? Math.max(least, most) : undefined;
  }

  #startOf(page: AnsweredPage<Row>): number | undefined {
    const { number, size, came, total = 0 } = page;
    if (number === 1) return 0;
    const start = (number - 1) * size;
    const [first] = this.answers(1, size);
    if (first && first.came >= size) return (number - 1) * first.came;
    const shown = this.shownSize;
    const isServed = (other: AnsweredPage<Row>) =>
      other.came > 0 && other.came <= size && (other.came === other.size || other.number === 1);
    if (came === 0 && (first || total <= start || this.list.some(isServed))) {
      return (number - 1) * Math.max(size, shown ?? size);
    }
    if (size === this.sizes.own) return came > size ? undefined : start;
    const alike = this.list.filter((other) => other.size === size);
    const isFull = alike.some((other) => other.came === size);
    if (shown !== undefined) return size === shown && (isFull || isAsExpected(page)) ? start : undefined;
    // Pages of one size are believed together: each has as many rows as it should.
    const isSure = isFull || size <= this.sizes.served || alike.length > 1;
    return isSure && alike.every(isAsExpected) ? start : undefined;
  }

  /** Treats a page whose rows all came in other places as empty: behind its end a list may have its last page for ever. */
  #dropRepeats(): void {
    const places = new Map<string, number>();
    for (const page of this.list.toSorted((a, b) => startOf(a) - startOf(b))) {
      const { start, number, size, came } = page;
      if (start === undefined) break;
      const ids = page.items.map(this.idOf);
      // A row that came before may also stand one place behind a row that was left out.
      const isLike = (other: AnsweredPage<Row>) =>
        other.came === came && (other.number === 1 || (size === other.size && other.number === number - 1));
      const least = came === 1 && this.list.some(isLike) ? 1 : 2;
      const isRepeat = (id = '', index = 0) => start + index - (places.get(id) ?? Number.POSITIVE_INFINITY) >= least;
      if (ids.every(isRepeat)) page.items = [];
      for (const [index, id] of ids.entries()) if (id !== undefined && !places.has(id)) places.set(id, start + index);
    }
  }

  /** The position after the last row that came; 0 without any. */
  get reach(): number {
    return Math.max(0, ...this.list.map(endOf));
  }

  /** As the API says, but never less than the rows that came. */
  get total(): number | undefined {
    const isTold = this.list.some(({ total }) => total !== undefined);
    return this.#believedTotal ?? (isTold ? this.reach : undefined);
  }

  /** Where the list ends as far as that is known. */
  get end(): number | undefined {
    return this.shownEnd ?? this.#believedTotal;
  }

  /** The latest total after which no row came: no other is believed. */
  get #believedTotal(): number | undefined {
    const { reach } = this;
    return this.list.findLast(({ total }) => total !== undefined && total >= reach)?.total;
  }

  /** Each row once, in its first place. */
  distinct(rows: Row[]): Row[] {
    const seen = new Set<string>();
    return rows.filter((row) => {
      const id = this.idOf(row);
      return id === undefined || seen.size < seen.add(id).size;
    });
  }

  /** The rows of a range that came without a gap: the first ones from its start, or the last ones where it is read `backwards`. */
  rowsOf(range: RowRange, backwards = false): { offset: number; rows: Row[] } {
    const slots = slotsOf(range, this.list);
    const end = backwards ? slots.findLastIndex((slot) => slot !== absent) + 1 : slots.indexOf(absent);
    const from = backwards ? slots.slice(0, end).lastIndexOf(absent) + 1 : 0;
    // No slot of this part is absent, which TypeScript cannot see.
    return { offset: range.offset + from, rows: slots.slice(from, end < 0 ? slots.length : end) as Row[] };
  }

  /**
   * From the first to the last row of a range that has not come, as far as the list is known to reach. A page that lacks
   * rows may lack any of them: its rows stand where they should only as seen from its start.
   */
  missingOf({ offset, size }: RowRange, backwards: boolean): RowRange {
    const end = Math.min(offset + size, this.end ?? Number.POSITIVE_INFINITY);
    const placed = this.list.filter((page) => !this.#lacksRows(page) || (!backwards && startOf(page) >= offset));
    const slots = slotsOf({ offset, size: Math.max(0, end - offset) }, placed);
    const from = slots.indexOf(absent);
    if (from < 0) return { offset, size: 0 };
    const at = offset + from;
    const without = this.list.filter((page) => this.#endsBefore(at, page));
    const isBehind = ({ came, items, isRefused }: AnsweredPage<Row>) =>
      came > items.length || (isRefused && this.#believedTotal === undefined);
    if (without.length > 1 || without.some(isBehind)) {
      // Two answers that should have this row do not: the list ends here, unless others came that are behind it.
      if (this.reach <= at) this.shownEnd = at;
      return { offset: at, size: 0 };
    }
    return { offset: at, size: slots.lastIndexOf(absent) + 1 - from };
  }

  /** Whether a page should have this row and does not, though none comes behind it. */
  #endsBefore(at: number, page: AnsweredPage<Row>): boolean {
    const { start = Number.POSITIVE_INFINITY, size, items } = page;
    const isAfter = endOf(page) <= at && endOf(page) === this.reach && start + size > at;
    return start <= at && (items.length === 0 || isAfter);
  }

  /** Whether a page has fewer rows than its own total, or rows behind it, leave for it. */
  #lacksRows(page: AnsweredPage<Row>): boolean {
    const end = Math.min(Math.max(page.total ?? 0, this.reach), this.shownEnd ?? Number.POSITIVE_INFINITY);
    return page.items.length < Math.min(page.size, end - startOf(page));
  }
}

/** Whether a page has as many rows as were asked for, or just as many as its own total leaves for it. */
function isAsExpected({ number, size, came, total = -1 }: AnsweredPage<unknown>): boolean {
  return came === size || (total >= 0 && came === Math.min(size, Math.max(0, total - (number - 1) * size)));
}

/** The position of the first row of a page: behind all others where nobody knows it. */
function startOf({ start = Number.POSITIVE_INFINITY }: AnsweredPage<unknown>): number {
  return start;
}

/** The position after the last row of a page; 0 without any, or where nobody knows. */
function endOf({ start, items }: AnsweredPage<unknown>): number {
  return items.length === 0 || start === undefined ? 0 : start + items.length;
}

/** Where pages overlap, the later answer counts. */
function slotsOf<Row>({ offset, size }: RowRange, pages: AnsweredPage<Row>[]): (Row | typeof absent)[] {
  const slots = new Array<Row | typeof absent>(size).fill(absent);
  for (const page of pages) {
    const start = startOf(page) - offset;
    const end = Math.min(size, start + page.items.length);
    for (let slot = Math.max(0, start); slot < end; slot++) slots[slot] = page.items[slot - start] as Row;
  }
  return slots;
}
