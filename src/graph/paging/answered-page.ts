import { InconsistentPages } from './inconsistent-pages.ts';
import type { PageSizeLimits } from './page-size-limits.ts';

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

/** Makes the one upstream call for a page. */
export type FetchPage<Row> = (page: Page) => Promise<PageAnswer<Row>>;

/** A page with its answer: at most `size` rows. */
export interface AnsweredPage<Row = unknown> extends Page, PageAnswer<Row> {}

/**
 * Fetches a page and notes how many rows it could hold. A first page longer than asked for is cut, and its total
 * is never less than its rows; any other too long page throws InconsistentPages: where its rows are is unknown.
 */
export async function askForPage<Row>(
  fetchPage: FetchPage<Row>,
  page: Page,
  limits: PageSizeLimits,
): Promise<AnsweredPage<Row>> {
  const { number, size } = page;
  const answer = await fetchPage(page);
  let { items, total } = answer;
  if (number === 1 && total !== undefined) total = Math.max(total, items.length);
  if (items.length > size) {
    if (number > 1) {
      throw new InconsistentPages(`Page ${number} of ${size} rows came back with ${items.length}.`);
    }
    items = items.slice(0, size);
  }
  limits.confirm(items.length);
  return { number, size, items, total };
}
