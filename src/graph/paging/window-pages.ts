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

  /** The position behind the last row that came; 0 without any. */
  get reach(): number {
    return Math.max(0, ...this.list.filter(({ items }) => items.length > 0).map(endOf));
  }

  /** As the API says, but never less than the rows that came. */
  get total(): number | undefined {
    const total = this.#latestTotal;
    return total === undefined ? undefined : Math.max(total, this.reach);
  }

  /** Where the list ends as far as that is known: no total is believed if rows came behind it. */
  get end(): number | undefined {
    const total = this.#latestTotal;
    return this.provenEnd ?? (total !== undefined && total >= this.reach ? total : undefined);
  }

  get #latestTotal(): number | undefined {
    return this.list.findLast(({ total }) => total !== undefined)?.total;
  }

  /** The position behind the rows that came from the first one on without a gap. */
  get unbrokenReach(): number {
    let end = 0;
    for (;;) {
      const further = this.list.find((page) => startOf(page) <= end && endOf(page) > end);
      if (!further) return end;
      end = endOf(further);
    }
  }

  /**
   * The rows of a range that came without a gap, from its start, or to its end where it is read `backwards`. Where pages
   * overlap, the later answer counts.
   */
  rowsOf({ offset, size }: RowRange, backwards = false): { offset: number; rows: Row[] } {
    const slots = new Array<Row | typeof absent>(size).fill(absent);
    for (const page of this.list) {
      const start = startOf(page) - offset;
      const end = Math.min(size, start + page.items.length);
      for (let slot = Math.max(0, start); slot < end; slot++) slots[slot] = page.items[slot - start] as Row;
    }
    const gap = backwards ? slots.lastIndexOf(absent) : slots.indexOf(absent);
    const from = backwards ? gap + 1 : 0;
    // No slot of this part is absent, which TypeScript cannot see.
    return { offset: offset + from, rows: slots.slice(from, backwards || gap < 0 ? size : gap) as Row[] };
  }

  /** From the first to the last row of a range that has not come, as far as the list is known to reach. */
  missingOf({ offset, size }: RowRange): RowRange {
    const end = Math.min(offset + size, this.end ?? Number.POSITIVE_INFINITY);
    const range = { offset, size: Math.max(0, end - offset) };
    const from = offset + this.rowsOf(range).rows.length;
    return { offset: from, size: Math.max(0, this.rowsOf(range, true).offset - from) };
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
