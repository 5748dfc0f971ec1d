import type { PageSizes, RowRange } from './page-sizes.ts';

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
  /** The position of its first row: infinite while nobody knows it. */
  start: number;
}

/** What makes two rows the same; rows without an id are all kept. */
export type IdOf<Row> = (row: Row) => string | undefined;

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
  add(
    { number, size, isRefused }: Page & { isRefused: boolean },
    { items: rows, total }: PageAnswer<Row>,
  ): AnsweredPage<Row> {
    // A page of another length than asked for may have its last row twice: how many rows it has says where they stand.
    const kept = rows.length === size ? rows : this.#withoutRepeatedEnd(rows);
    const items = this.sizes.overlap ? kept.slice(0, size) : kept;
    const added = { number, size, items, total, came: items.length, isRefused, start: Number.POSITIVE_INFINITY };
    this.list.push(added);
    this.sizes.note(added);
    for (const page of this.list) page.start = this.#startOf(page);
    if (this.list.length > 1) this.#dropRepeats();
    return added;
  }

  /** Notes that each page ends with rows of the next one, or that none does. */
  noteOverlap(overlap: boolean): void {
    this.sizes.noteOverlap(overlap);
    for (const page of overlap ? this.list : []) {
      page.items = page.items.slice(0, page.size);
      page.came = page.items.length;
      page.start = this.#startOf(page);
    }
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

  #startOf(page: AnsweredPage<Row>): number {
    const { number, size, came, total = 0 } = page;
    if (number === 1) return 0;
    const start = (number - 1) * size;
    const [first] = this.answers(1, size);
    if (first && first.came >= size) return (number - 1) * first.came;
    // An API that has pages of no more rows has this one as well: it is behind the end.
    const isShown = (other: AnsweredPage<Row>) =>
      other.came > 0 && other.came <= size && (other.came === other.size || other.number === 1);
    if (came === 0 && (first || total <= start || this.list.some(isShown))) return start;
    const alike = this.list.filter((other) => other.size === size);
    const isServed = size <= this.sizes.served || alike.length > 1 || came === size;
    const isKnown = size === this.sizes.own ? came <= size : isServed && alike.every(isAsExpected);
    return isKnown ? start : Number.POSITIVE_INFINITY;
  }

  /** Treats a page whose rows all came in other places as empty: behind its end a list may have its last page for ever. */
  #dropRepeats(): void {
    const places = new Map<string, number>();
    for (const page of this.list.filter(isPlaced).sort((a, b) => a.start - b.start)) {
      const { start, number, size, came } = page;
      const ids = page.items.map(this.idOf);
      // A row that came before may also stand one place behind a row that was left out.
      const isLike = (other: AnsweredPage<Row>) =>
        other.came === came && (other.number === 1 || (size === other.size && other.number === number - 1));
      const least = came === 1 && this.list.some(isLike) ? 1 : 2;
      const isRepeat = (id = '', index = 0) => start + index - (places.get(id) ?? Number.POSITIVE_INFINITY) >= least;
      // The last page of another size has rows before those that a short page ended the list with.
      const endsWith = ({ items, size: asked, start: before }: AnsweredPage<Row>) =>
        before < start && items.length > 0 && items.length < asked && this.#isEnd(items, ids);
      if (ids.every(isRepeat) || this.list.some(endsWith)) page.items = [];
      for (const [index, id] of ids.entries()) if (id !== undefined && !places.has(id)) places.set(id, start + index);
    }
  }

  #isEnd(rows: readonly Row[], ids: readonly (string | undefined)[]): boolean {
    const from = ids.length - rows.length;
    return rows.every((row, index) => ids[from + index] !== undefined && ids[from + index] === this.idOf(row));
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

  /** The rows up to the last one that has not come before in them. */
  #withoutRepeatedEnd(rows: Row[]): Row[] {
    const last = this.distinct(rows).at(-1) as Row;
    return rows.slice(0, rows.lastIndexOf(last) + 1);
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
    const end = backwards ? slots.findLastIndex((slot) => slot !== undefined) + 1 : slots.indexOf(undefined);
    const came = end < 0 ? slots : slots.slice(0, end);
    const from = backwards ? came.lastIndexOf(undefined) + 1 : 0;
    // No slot of this part is empty, which TypeScript cannot see.
    return { offset: range.offset + from, rows: came.slice(from) as Row[] };
  }

  /**
   * From the first to the last row of a range that has not come, as far as the list is known to reach. A page that lacks
   * rows may lack any of them: its rows stand where they should only as seen from its start.
   */
  missingOf({ offset, size }: RowRange, backwards: boolean): RowRange {
    const end = Math.min(offset + size, this.end ?? Number.POSITIVE_INFINITY);
    const placed = this.list.filter((page) => !this.#lacksRows(page) || (!backwards && page.start >= offset));
    const slots = slotsOf({ offset, size: Math.max(0, end - offset) }, placed);
    const from = slots.indexOf(undefined);
    if (from < 0) return { offset, size: 0 };
    const at = offset + from;
    const without = this.#without(at);
    const isBehind = ({ came, items, isRefused }: AnsweredPage<Row>) =>
      came > items.length || (isRefused && this.#believedTotal === undefined);
    if (without.length > 1 || without.some(isBehind)) {
      // Two answers that should have this row do not: the list ends here, unless others came that are behind it.
      if (this.reach <= at) this.shownEnd = at;
      return { offset: at, size: 0 };
    }
    return { offset: at, size: slots.lastIndexOf(undefined) + 1 - from };
  }

  /** Whether any answer should have this row and does not, though none comes behind it. */
  lacks(at: number): boolean {
    return this.#without(at).length > 0;
  }

  #without(at: number): AnsweredPage<Row>[] {
    return this.list.filter((page) => {
      const { start, size, items } = page;
      const isAfter = endOf(page) <= at && endOf(page) === this.reach && start + size > at;
      return start <= at && (items.length === 0 || isAfter);
    });
  }

  /** Whether a page has fewer rows than its own total, or rows behind it, leave for it. */
  #lacksRows(page: AnsweredPage<Row>): boolean {
    const end = Math.min(Math.max(page.total ?? 0, this.reach), this.shownEnd ?? Number.POSITIVE_INFINITY);
    return page.items.length < Math.min(page.size, end - page.start);
  }
}

/** Whether a page has as many rows as were asked for, or just as many as its own total leaves for it. */
function isAsExpected({ number, size, came, total = -1 }: AnsweredPage<unknown>): boolean {
  return came === size || (total >= 0 && came === Math.min(size, Math.max(0, total - (number - 1) * size)));
}

function isPlaced({ start }: AnsweredPage<unknown>): boolean {
  return Number.isFinite(start);
}

/** The position after the last row of a page; 0 without any, or where nobody knows. */
function endOf(page: AnsweredPage<unknown>): number {
  return page.items.length > 0 && isPlaced(page) ? page.start + page.items.length : 0;
}

/** Where pages overlap, the later answer counts. */
function slotsOf<Row>({ offset, size }: RowRange, pages: readonly AnsweredPage<Row>[]): (Row | undefined)[] {
  const slots = new Array<Row | undefined>(size).fill(undefined);
  for (const { start, items } of pages) {
    for (let slot = Math.max(0, start - offset); slot < Math.min(size, start - offset + items.length); slot++) {
      slots[slot] = items[slot - start + offset];
    }
  }
  return slots;
}
