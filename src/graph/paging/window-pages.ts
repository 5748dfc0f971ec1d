import type { PageMaximum } from './page-maximum.ts';
import type { RowRange } from './page-plan.ts';

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

/** A page with its answer. `served` is the page size that the server used, which says where the rows are. */
export interface AnsweredPage<Row> extends Page, PageAnswer<Row> {
  served: number;
}

/** Makes the one upstream call for a page. */
export type FetchPage<Row> = (page: Page) => Promise<PageAnswer<Row>>;

/** What makes two rows the same; rows without an id are all kept. */
export type IdOf<Row> = (row: Row) => string | undefined;

/** No window costs more calls than this: one that would is shorter, and another window follows it. */
export const MOST_CALLS = 9;

/** The position of the first row of a page. */
export const startOf = ({ number, served }: AnsweredPage<unknown>): number => (number - 1) * served;

/** The position behind the last row of a page. */
export const endOf = (page: AnsweredPage<unknown>): number => startOf(page) + page.items.length;

const absent = Symbol('absent');

/** The pages that one window is read from, in the order in which they come. */
export class WindowPages<Row> {
  readonly list: AnsweredPage<Row>[] = [];
  /** Where the list ends, if the page behind it was asked for and brought nothing new. */
  provenEnd: number | undefined;
  /** The page size of a server that does not serve the one it is asked for. */
  ownSize: number | undefined;
  readonly maximum: PageMaximum;
  readonly #fetchPage: FetchPage<Row>;

  constructor(fetchPage: FetchPage<Row>, maximum: PageMaximum) {
    this.#fetchPage = fetchPage;
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
    const { items, total } = await this.#fetchPage({ number, size });
    this.maximum.noteRows(Math.min(items.length, size));
    if (items.length > size) this.ownSize = items.length;
    const page = { number, size, served: Math.max(size, items.length), items, total };
    this.list.push(page);
    return page;
  }

  /** Takes the first page for the whole list: the API gives it whatever page is asked for. */
  takeWhole(first: AnsweredPage<Row>): void {
    const served = first.items.length;
    this.list.splice(0, this.list.length, { ...first, served });
    this.provenEnd = served;
    this.ownSize = undefined;
  }

  /** The position behind the last row that came; 0 without any. */
  get reach(): number {
    return Math.max(0, ...this.list.filter(({ items }) => items.length > 0).map(endOf));
  }

  /** As the API says, but never less than the rows that came. */
  get total(): number | undefined {
    const isTold = this.list.some(({ total }) => total !== undefined);
    return isTold ? (this.#believedTotal ?? this.reach) : undefined;
  }

  /** Where the list ends as far as that is known. */
  get end(): number | undefined {
    return this.provenEnd ?? this.#believedTotal;
  }

  /** The latest total behind which no row came: no other is believed. */
  get #believedTotal(): number | undefined {
    const { reach } = this;
    return this.list.findLast(({ total }) => total !== undefined && total >= reach)?.total;
  }

  /** Takes pages without new rows for empty: behind its end a server may give its last page again and again. */
  dropRepeats(idOf: IdOf<Row>): void {
    if (this.list.length === 1) return;
    const ids = new Set<string | undefined>();
    let reach = 0;
    for (const page of this.list.toSorted((a, b) => startOf(a) - startOf(b))) {
      const own = page.items.map(idOf);
      const isRepeat = startOf(page) >= reach && own.every((id) => id !== undefined && ids.has(id));
      if (isRepeat) page.items = [];
      else reach = Math.max(reach, endOf(page));
      for (const id of own) ids.add(id);
    }
  }

  /** The position behind the rows that came from the first one on without a gap. */
  get unbrokenReach(): number {
    return this.rowsOf({ offset: 0, size: this.reach }).rows.length;
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
    const placed = this.list.filter((page) => !this.#lacksRows(page) || (!backwards && startOf(page) >= offset));
    const slots = this.#slotsOf({ offset, size: Math.max(0, end - offset) }, placed);
    const from = slots.indexOf(absent);
    return { offset: offset + from, size: from < 0 ? 0 : slots.lastIndexOf(absent) + 1 - from };
  }

  /** Whether a page has fewer rows than its own total leaves for it. */
  #lacksRows(page: AnsweredPage<Row>): boolean {
    const end = Math.min(page.total ?? 0, this.provenEnd ?? Number.POSITIVE_INFINITY);
    return page.items.length < Math.min(page.served, end - startOf(page));
  }

  /** Where pages overlap, one that lacks no rows counts, and else the later answer. */
  #slotsOf({ offset, size }: RowRange, pages: AnsweredPage<Row>[]): (Row | typeof absent)[] {
    const slots = new Array<Row | typeof absent>(size).fill(absent);
    for (const page of pages.toSorted((a, b) => Number(this.#lacksRows(b)) - Number(this.#lacksRows(a)))) {
      const start = startOf(page) - offset;
      const end = Math.min(size, start + page.items.length);
      for (let slot = Math.max(0, start); slot < end; slot++) slots[slot] = page.items[slot - start] as Row;
    }
    return slots;
  }

  /** Takes `size` for the server's maximum: pages that were asked for with more rows had this size. */
  adopt(size: number): void {
    this.maximum.learn(size);
    this.ownSize = size;
    for (const page of this.list) {
      if (page.size > size && page.items.length <= size) page.served = size;
    }
  }
}
