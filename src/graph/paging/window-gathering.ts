import { type AnsweredPage, askForPage, type FetchPage } from './answered-page.ts';
import { InconsistentPages } from './inconsistent-pages.ts';
import { type PagePlan, planPages, type RowRange } from './page-plan.ts';
import type { PageSizeLimits } from './page-size-limits.ts';
import type { RecentPages } from './recent-pages.ts';
import { dependOnSize, servedSizes } from './served-size.ts';
import { WindowSlots } from './window-slots.ts';

/** What a gathering begins with. */
export interface Beginning<Row> {
  /** A page that was fetched already. */
  answered?: AnsweredPage<Row>;
  /** The first plan, if it was made already. */
  plan?: PagePlan;
  /** Where to note pages that came as they were planned. */
  recent?: RecentPages | undefined;
}

const PAGES_AT_ONCE = 4;

/** More calls than this are no answer to one window, whatever the server clamps to. */
const MOST_PAGES = 128;

/**
 * Collects a window that one page as asked for did not answer: from several pages, or from a server that clamps
 * the page size. At most three plans are made (as asked; with the clamp found; once again after a contradiction),
 * each of at most 128 pages and at most one more call that tells two readings apart; then InconsistentPages is thrown.
 */
export class WindowGathering<Row> {
  readonly #fetchPage: FetchPage<Row>;
  readonly #limits: PageSizeLimits;
  readonly #windowEnd: number;
  readonly #slots: WindowSlots<Row>;
  #largest: number;
  #clamp: number | undefined;
  #contradictions = 0;
  readonly #answered: AnsweredPage<Row> | undefined;
  readonly #recent: RecentPages | undefined;
  #plan: PagePlan | undefined;

  /** The latest one that an answer brought. */
  total: number | undefined;
  /** Whether the list ended before its total said so. */
  endedEarly = false;
  /** Whether rows beyond the window came or may exist; all there is to go by without a total. */
  reachesFurther = false;

  constructor(
    fetchPage: FetchPage<Row>,
    range: RowRange,
    limits: PageSizeLimits,
    { answered, plan, recent }: Beginning<Row> = {},
  ) {
    this.#fetchPage = fetchPage;
    this.#limits = limits;
    this.#windowEnd = range.offset + range.size;
    this.#slots = new WindowSlots(range);
    this.#largest = limits.largest;
    this.#answered = answered;
    this.#plan = plan;
    this.#recent = recent;
    this.total = answered?.total;
  }

  distinctRows(idOf: (row: Row) => string | undefined): Row[] {
    return this.#slots.distinctRows(idOf);
  }

  /** Fetches whatever of the window has not come yet. */
  async complete(): Promise<void> {
    let isSettled = await this.#takeAnswered();
    for (;;) {
      const missing = this.#slots.missing(this.total);
      if (isSettled || missing === undefined) return;
      const plan = this.#plan ?? planPages(missing, this.#largest);
      this.#plan = undefined;
      isSettled = await this.#take(plan.pageSize, await this.#fetchPlan(plan));
    }
  }

  /** A full page settles nothing by itself: it was fetched to learn the total, and the window is elsewhere. */
  async #takeAnswered(): Promise<boolean> {
    const page = this.#answered;
    if (page === undefined) return false;
    return (await this.#take(page.size, [page])) && page.items.length < page.size;
  }

  /** Takes in the pages of one plan; true when they were as planned, or others would bring no more rows. */
  async #take(pageSize: number, pages: AnsweredPage<Row>[]): Promise<boolean> {
    const missing = this.#slots.missing(this.total);
    if (missing === undefined) return true;

    const served = await this.#servedSize(pageSize, pages);
    if (served === pageSize) {
      if (this.#clamp !== undefined) this.#limits.learn(this.#clamp);
      this.#place(served, pages);
      for (const page of pages) this.#recent?.note(page);
      return true;
    }
    if (this.#isEndOfList(pageSize, pages, missing)) {
      this.endedEarly = true;
      return true;
    }
    this.#limits.forget();
    if (this.#clamp !== undefined || served === undefined) this.#contradict();
    if (served !== undefined) this.#adopt(served, pages);
    return false;
  }

  /** Stops at a page that is not full: the list ends there, or the plan was made with a size that is not served. */
  async #fetchPlan({ firstPage, pageCount, pageSize }: PagePlan): Promise<AnsweredPage<Row>[]> {
    if (pageCount > MOST_PAGES) {
      throw new InconsistentPages(`One window would take ${pageCount} pages of ${pageSize} rows.`);
    }
    const pages: AnsweredPage<Row>[] = [];
    const planned = Array.from({ length: pageCount }, (_, index) => firstPage + index);
    while (planned.length > 0) {
      const now = planned.splice(0, PAGES_AT_ONCE);
      pages.push(...(await Promise.all(now.map((number) => this.#ask(number, pageSize)))));
      const reached = (now.at(-1) ?? 0) * pageSize;
      if (pages.some(({ items }) => items.length < pageSize) || reached >= (this.total ?? Infinity)) break;
    }
    return pages;
  }

  /** The size the server used for all these pages; undefined when no size explains them. */
  async #servedSize(asked: number, pages: AnsweredPage<Row>[]): Promise<number | undefined> {
    const sizes = servedSizes(asked, pages);
    if (sizes[0] === asked && (this.#limits.isConfirmed(asked) || !dependOnSize(pages))) return asked;
    if (sizes.length < 2) return sizes[0];
    // A short page is the end of the list or a clamped page. The first page tells: the list is longer than that one.
    pages.push(await this.#ask(1, asked));
    return servedSizes(asked, pages)[0];
  }

  /** Where earlier pages had rows and these, no larger, have none that is missing, the total counts too many. */
  #isEndOfList(pageSize: number, pages: readonly AnsweredPage[], missing: RowRange): boolean {
    if (this.#slots.isEmpty) return false;
    return pages.every(
      ({ number, items }) => items.length === 0 || (number - 1) * pageSize + items.length <= missing.offset,
    );
  }

  #contradict(): void {
    this.#contradictions++;
    if (this.#contradictions === 2) {
      throw new InconsistentPages('Pages of the list contradict its total or each other, twice in a row.');
    }
  }

  #adopt(clamp: number, pages: readonly AnsweredPage<Row>[]): void {
    this.#clamp = clamp;
    this.#largest = clamp;
    this.#limits.confirm(clamp);
    this.#place(clamp, pages);
  }

  #place(pageSize: number, pages: readonly AnsweredPage<Row>[]): void {
    for (const { number, items } of pages) {
      const start = (number - 1) * pageSize;
      const end = start + items.length;
      this.#slots.fill(start, items);
      this.reachesFurther ||= end > this.#windowEnd || (end === this.#windowEnd && items.length === pageSize);
    }
  }

  async #ask(number: number, size: number): Promise<AnsweredPage<Row>> {
    const page = await askForPage(this.#fetchPage, { number, size }, this.#limits);
    this.total = page.total ?? this.total;
    return page;
  }
}
