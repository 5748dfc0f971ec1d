import { UpstreamError } from '../../http/client/upstream-error.ts';
import type { PageMaximum } from './page-maximum.ts';
import { type PagePlan, planPages, type RowRange } from './page-plan.ts';

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

/** A page with its answer. `came` is how many rows that had, of which `items` are none where all of them are repeats. */
export interface AnsweredPage<Row> extends Page, PageAnswer<Row> {
  came: number;
}

/** Makes the one upstream call for a page. */
export type FetchPage<Row> = (page: Page) => Promise<PageAnswer<Row>>;

/** What makes two rows the same; rows without an id are all kept. */
export type IdOf<Row> = (row: Row) => string | undefined;

/** No window costs more calls than this: one that would is shorter, and another window follows it. */
const MOST_CALLS = 9;
const PAGES_AT_ONCE = 4;

const absent = Symbol('absent');

/** The pages that one window is read from, in the order in which they come. */
export class WindowPages<Row> {
  readonly list: AnsweredPage<Row>[] = [];
  /** Where the list ends, if the page after it was asked for and brought nothing new. */
  provenEnd: number | undefined;
  /** The page size that the server uses instead of smaller ones. */
  least = 1;
  /** The page size that the server uses instead of larger ones. */
  #most = Number.POSITIVE_INFINITY;
  /** Whether a page came that was not refused. */
  #hasAnswer = false;
  readonly maximum: PageMaximum;
  readonly idOf: IdOf<Row>;
  readonly #fetchPage: FetchPage<Row>;

  constructor(fetchPage: FetchPage<Row>, maximum: PageMaximum, idOf: IdOf<Row>, least = 1) {
    if (least > 1 && least <= maximum.largest) this.least = least;
    this.#fetchPage = fetchPage;
    this.idOf = idOf;
    this.maximum = maximum;
  }

  /** How many calls are left for the window. */
  get callsLeft(): number {
    return MOST_CALLS - this.list.length;
  }

  /** One page, which costs no second call. */
  async ask(number: number, size: number): Promise<AnsweredPage<Row>> {
    const known = this.list.find((page) => page.number === number && page.size === size);
    if (known) return known;
    const answer = await this.#fetchPage({ number, size }).catch((error: unknown) => {
      if (!isBehindEnd(error) || (!this.#hasAnswer && (number === 1 || error.failure !== 'rejected'))) throw error;
    });
    const { items, total } = answer ?? { items: [], total: undefined };
    this.#hasAnswer ||= answer !== undefined;
    // A page of another length than asked for may have a row twice: how many rows it has says where they stand.
    const rows = items.length === size ? items : this.distinct(items);
    this.maximum.noteRows(rows.length, size);
    const page = { number, size, came: rows.length, items: rows, total };
    this.list.push(page);
    if (number === 1 && page.came > size) this.least = page.came;
    this.#dropRepeats();
    return page;
  }

  /** Asks for what of a range has not come yet, a few pages at a time, up to one of another length than asked for. */
  async askFor(range: RowRange, backwards: boolean): Promise<void> {
    for (let asked = -1; asked < this.list.length && this.callsLeft > 0; ) {
      asked = this.list.length;
      const missing = this.#missingOf(range, backwards);
      if (missing.size === 0) return;
      const { firstPage, pageCount, pageSize } = this.#planOf(missing);
      const count = Math.min(pageCount, PAGES_AT_ONCE, this.callsLeft);
      const from = backwards ? firstPage + pageCount - count : firstPage;
      const size = Math.min(pageSize, this.maximum.largest);
      const came = await Promise.all(Array.from({ length: count }, (_, index) => this.ask(from + index, size)));
      // A page that is refused is behind the end, if the list is there at all.
      if (!this.#hasAnswer) await this.ask(1, 1);
      const end = missing.offset + missing.size;
      const isOdd = (page: AnsweredPage<Row>) =>
        page.came > pageSize || this.endOf(page) < Math.min(page.number * pageSize, end);
      if (came.some(isOdd)) return;
    }
  }

  /** A server with page sizes of its own is asked for the pages that it has. No page is asked for twice. */
  #planOf({ offset, size }: RowRange): PagePlan {
    const isKnown = ({ firstPage, pageCount, pageSize }: PagePlan) =>
      this.list.some(({ number, size }) => size === pageSize && number >= firstPage && number < firstPage + pageCount);
    if (this.hasOwnSize) {
      const pageSize = this.least > 1 ? this.least : this.#most;
      let firstPage = Math.floor(offset / pageSize) + 1;
      const end = Math.ceil((offset + size) / pageSize);
      while (firstPage < end && isKnown({ firstPage, pageCount: 1, pageSize })) firstPage++;
      const plan = { firstPage, pageCount: end - firstPage + 1, pageSize };
      // A server that only has a maximum has smaller pages as well.
      if (this.least > 1 || !isKnown(plan)) return plan;
    }
    // Once a page has come, a larger one than the server has shown might be clamped.
    const { largest, served } = this.maximum;
    const shown = this.list.length > 0 && served > 0 ? Math.min(largest, served) : largest;
    return planPages({ offset, size }, shown, isKnown);
  }

  /** Whether the server has shown a page size of its own. */
  get hasOwnSize(): boolean {
    return this.least > 1 || this.#most < Number.POSITIVE_INFINITY;
  }

  /** Takes a size for the server's maximum: pages that were asked for with more rows had this size. */
  adopt(size: number): void {
    this.#most = size;
    this.maximum.learn(size);
  }

  /** The page size that the server used for a page, which says where the rows are. */
  servedFor({ size, came }: AnsweredPage<Row>): number {
    return Math.max(came, Math.min(Math.max(size, this.least), this.#most));
  }

  /** The position of the first row of a page. */
  startOf(page: AnsweredPage<Row>): number {
    return (page.number - 1) * this.servedFor(page);
  }

  /** The position after the last row of a page. */
  endOf(page: AnsweredPage<Row>): number {
    return this.startOf(page) + page.items.length;
  }

  /** The position after the last row that came; 0 without any. */
  get reach(): number {
    return Math.max(0, ...this.list.filter(({ items }) => items.length > 0).map((page) => this.endOf(page)));
  }

  /** As the API says, but never less than the rows that came. */
  get total(): number | undefined {
    const isTold = this.list.some(({ total }) => total !== undefined);
    return this.#believedTotal ?? (isTold ? this.reach : undefined);
  }

  /** Where the list ends as far as that is known. */
  get end(): number | undefined {
    return this.provenEnd ?? this.#believedTotal;
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

  /** Treats pages without new rows as empty: after its end a server may give its last page again and again. */
  #dropRepeats(): void {
    if (this.list.length === 1) return;
    const ids = new Set<string | undefined>();
    let reach = 0;
    for (const page of this.list.toSorted((a, b) => this.startOf(a) - this.startOf(b))) {
      const own = page.items.map(this.idOf);
      const isRepeat = this.startOf(page) >= reach && own.every((id) => id !== undefined && ids.has(id));
      if (isRepeat) page.items = [];
      else reach = Math.max(reach, this.endOf(page));
      for (const id of own) ids.add(id);
    }
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
  #missingOf({ offset, size }: RowRange, backwards: boolean): RowRange {
    const end = Math.min(offset + size, this.end ?? Number.POSITIVE_INFINITY);
    if (this.list.length === 0) return { offset, size: Math.max(0, end - offset) };
    const placed = this.list.filter((page) => !this.#lacksRows(page) || (!backwards && this.startOf(page) >= offset));
    const slots = this.#slotsOf({ offset, size: Math.max(0, end - offset) }, placed);
    const from = slots.indexOf(absent);
    return { offset: offset + from, size: from < 0 ? 0 : slots.lastIndexOf(absent) + 1 - from };
  }

  /** Whether a page has fewer rows than its own total leaves for it. */
  #lacksRows(page: AnsweredPage<Row>): boolean {
    const end = Math.min(page.total ?? 0, this.provenEnd ?? Number.POSITIVE_INFINITY);
    return page.items.length < Math.min(this.servedFor(page), end - this.startOf(page));
  }

  /** Where pages overlap, one that lacks no rows counts, and else the later answer. */
  #slotsOf({ offset, size }: RowRange, pages: AnsweredPage<Row>[]): (Row | typeof absent)[] {
    const slots = new Array<Row | typeof absent>(size).fill(absent);
    for (const page of pages.toSorted((a, b) => Number(this.#lacksRows(b)) - Number(this.#lacksRows(a)))) {
      const start = this.startOf(page) - offset;
      const end = Math.min(size, start + page.items.length);
      for (let slot = Math.max(0, start); slot < end; slot++) slots[slot] = page.items[slot - start] as Row;
    }
    return slots;
  }
}

/** Whether an API answers in this way where it has no page: others are empty there. */
export function isBehindEnd(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && (error.failure === 'rejected' || error.failure === 'badResponse');
}
