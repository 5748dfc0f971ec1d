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
  /** How many rows each page of this size has; undefined while nobody knows. */
  stride: number | undefined;
}

/** What makes two rows the same; rows without an id are all kept. */
export type IdOf<Row> = (row: Row) => string | undefined;

/** No window costs more calls than this: one that would is shorter, and another window follows it. */
const MOST_CALLS = 9;

const absent = Symbol('absent');

/**
 * The pages that came for one window, and where their rows stand. That is never guessed: pages of a size have as many
 * rows as the first page of that size.
 */
export class AnsweredPages<Row> {
  readonly list: AnsweredPage<Row>[] = [];
  /** Where the list ends, whatever its total says. */
  shownEnd: number | undefined;
  /** How many calls honest answers would take, as far as that is known. */
  honestCalls = 1;
  readonly sizes: PageSizes;
  readonly idOf: IdOf<Row>;

  constructor(sizes: PageSizes, idOf: IdOf<Row>) {
    this.sizes = sizes;
    this.idOf = idOf;
  }

  /** How many calls the window may still cost: in all, twice as many as with honest answers, and four. */
  get callsLeft(): number {
    return Math.min(MOST_CALLS, 2 * this.honestCalls + 4) - this.list.length;
  }

  /** Adds an answer. */
  add(page: Omit<AnsweredPage<Row>, 'came' | 'stride'>): AnsweredPage<Row> {
    // A page of another length than asked for may have a row twice: how many rows it has says where they stand.
    const items = page.items.length === page.size ? page.items : this.distinct(page.items);
    const added = { ...page, items, came: items.length, stride: undefined };
    this.list.push(added);
    this.sizes.note(added);
    for (const each of this.list) each.stride = this.#strideOf(each);
    if (this.list.length > 1) this.#dropRepeats();
    return added;
  }

  /** The answer for a page, if it was asked for. */
  known(number: number, size: number): AnsweredPage<Row> | undefined {
    return this.list.find((page) => page.number === number && page.size === size);
  }

  /** The first page of the same size tells it, unless that is shorter and the two have different lengths. */
  #strideOf({ number, size, came, total }: AnsweredPage<Row>): number | undefined {
    if (number === 1) return Math.max(size, came);
    const first = this.known(1, size)?.came;
    if (first) return came === 0 || (came <= first && first >= size) ? first : undefined;
    const left = total === undefined ? undefined : total - (number - 1) * size;
    if (came > size || (this.callsLeft > 0 && this.#isAmbiguous(size))) return undefined;
    // The server has pages of a length that came.
    const isLast = size <= this.sizes.served || this.known(number + 1, size)?.came === 0;
    const isServed = this.list.some((page) => page.size === size && page.came === size);
    if (isServed || (came === left && isLast)) return size;
    const isServedToo = (page: AnsweredPage<Row>) =>
      page.came > 0 && (page.came === size || (page.came === page.size && page.size <= size));
    return came === 0 && ((left ?? 0) <= 0 || first === 0 || this.list.some(isServedToo)) ? size : undefined;
  }

  /** Whether a server of another page size may have answered so: of several pages of this size one has rows at most. */
  #isAmbiguous(size: number): boolean {
    const { own = size } = this.sizes;
    const alike = this.list.filter((page) => page.size === size);
    // Smaller pages are asked for only one at a time.
    if (size === own || size <= own / 2 || alike.length === 1 || alike.every(isAsCounted)) return false;
    return alike.filter(({ came }) => came > 0).length < 2;
  }

  /** Treats a page that is all of another one again as empty: after its end a list may have its last page for ever. */
  #dropRepeats(): void {
    const ids = new Set<string | undefined>();
    let reach = 0;
    for (const page of this.list.toSorted((a, b) => startOf(a) - startOf(b))) {
      if (page.stride === undefined) break;
      const own = page.items.map(this.idOf);
      // A single row that came before may also stand one place behind a row that was left out.
      const isLike = ({ number, size, came }: AnsweredPage<Row>) =>
        came === page.came && (number === 1 || (size === page.size && number === page.number - 1));
      const isKnown = startOf(page) >= reach && own.every((id) => id !== undefined && ids.has(id));
      if (isKnown && page.number > 1 && (page.came > 1 || this.list.some(isLike))) page.items = [];
      else reach = Math.max(reach, endOf(page));
      for (const id of own) ids.add(id);
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
    const slots = this.#slotsOf(range, this.list);
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
    if (this.list.length === 0) return { offset, size: Math.max(0, end - offset) };
    const placed = this.list.filter((page) => !this.#lacksRows(page) || (!backwards && startOf(page) >= offset));
    const slots = this.#slotsOf({ offset, size: Math.max(0, end - offset) }, placed);
    const from = slots.indexOf(absent);
    const at = offset + from;
    const without = from < 0 ? [] : this.list.filter((page) => this.#endsBefore(at, page));
    const isBehind = ({ came, items, isRefused }: AnsweredPage<Row>) =>
      came > items.length || (isRefused && this.#believedTotal === undefined);
    if (without.length > 1 || without.some(isBehind)) {
      // Two answers that should have this row do not: the list ends here, unless others came that are behind it.
      if (this.reach <= at) this.shownEnd = at;
      return { offset: at, size: 0 };
    }
    return { offset: at, size: from < 0 ? 0 : slots.lastIndexOf(absent) + 1 - from };
  }

  /** Whether a page should have this row and does not, though none comes behind it. */
  #endsBefore(at: number, page: AnsweredPage<Row>): boolean {
    if (page.items.length === 0) return startOf(page) <= at;
    return endOf(page) <= at && endOf(page) === this.reach && page.number * (page.stride ?? 0) > at;
  }

  /** Whether a page has fewer rows than its own total leaves for it. */
  #lacksRows(page: AnsweredPage<Row>): boolean {
    const end = Math.min(page.total ?? 0, this.shownEnd ?? Number.POSITIVE_INFINITY);
    return page.items.length < Math.min(page.stride ?? 0, end - startOf(page));
  }

  /** Where pages overlap, the later answer counts. */
  #slotsOf({ offset, size }: RowRange, pages: AnsweredPage<Row>[]): (Row | typeof absent)[] {
    const slots = new Array<Row | typeof absent>(size).fill(absent);
    for (const page of pages) {
      const start = startOf(page) - offset;
      const end = Math.min(size, start + page.items.length);
      for (let slot = Math.max(0, start); slot < end; slot++) slots[slot] = page.items[slot - start] as Row;
    }
    return slots;
  }
}

/** Whether a page has just as many rows as its own total leaves for it. */
function isAsCounted({ number, size, came, total = -1 }: AnsweredPage<unknown>): boolean {
  return total >= 0 && came === Math.min(size, Math.max(0, total - (number - 1) * size));
}

/** The position of the first row of a page: behind all others where nobody knows it. */
function startOf({ number, stride = Number.POSITIVE_INFINITY }: AnsweredPage<unknown>): number {
  return number === 1 ? 0 : (number - 1) * stride;
}

/** The position after the last row of a page; 0 without any, or where nobody knows. */
function endOf(page: AnsweredPage<unknown>): number {
  return page.items.length === 0 || page.stride === undefined ? 0 : startOf(page) + page.items.length;
}
