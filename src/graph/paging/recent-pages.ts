import { LRUCache } from 'lru-cache';
import type { AnsweredPage, Page } from './answered-page.ts';
import { type PagePlan, planPages, type RowRange } from './page-plan.ts';

/** How many lists, and how many pages of each, are worth remembering. */
const MOST_LISTS = 1_000;
const MOST_PAGES = 16;

/** A page that was read, for as long as its answer is kept. */
interface RecentPage extends Page {
  until: number;
}

/**
 * Which pages of one list were read a moment ago, and so cost no call again. A window is planned so that it meets them:
 * it never takes more calls than without them.
 */
export class RecentPages {
  readonly #lifeMs: number;
  #pages: RecentPage[] = [];

  /** `lifeMs` is for how long an answer is kept. */
  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** Notes a page, unless it is not certain which rows of the list it holds. */
  note({ number, size, items, total }: AnsweredPage): void {
    const isWhole =
      items.length === size || (total !== undefined && (number - 1) * size + items.length >= total);
    if (!isWhole) return;
    const others = this.#fresh().filter((page) => page.number !== number || page.size !== size);
    this.#pages = [{ number, size, until: Date.now() + this.#lifeMs }, ...others].slice(0, MOST_PAGES);
  }

  /** The pages that hold a range, as few of them to be called for as there can be. */
  planFor(range: RowRange, maxPageSize: number): PagePlan {
    const end = range.offset + range.size;
    const recent = this.#fresh().filter(({ size }) => size <= maxPageSize);
    const holds = ({ number, size }: Page) => (number - 1) * size <= range.offset && number * size >= end;
    const holding = recent.find(holds);
    if (holding) return { firstPage: holding.number, pageCount: 1, pageSize: holding.size };
    const plan = planPages(range, maxPageSize);
    if (plan.pageCount === 1) return plan;
    // Where one page is not enough, pages of one size for all windows leave every window a part of the last one.
    const sizes = new Set([...recent.map(({ size }) => size), maxPageSize]);
    return (
      [...sizes].map((size) => pagesOf(size, range)).find(({ pageCount }) => pageCount === plan.pageCount) ??
      plan
    );
  }

  #fresh(): RecentPage[] {
    const now = Date.now();
    return this.#pages.filter(({ until }) => until > now);
  }
}

/** The recent pages of all lists, of those that were read last. */
export class RecentPagesOfLists {
  readonly #lifetimesMs: Readonly<Record<string, number>>;
  readonly #lists = new LRUCache<string, RecentPages>({ max: MOST_LISTS });

  /** `lifetimesMs` is for how long answers of each resource are kept. */
  constructor(lifetimesMs: Readonly<Record<string, number>>) {
    this.#lifetimesMs = lifetimesMs;
  }

  /** Those of one list; `listKey` tells it from others, whatever differs in its rows included. */
  of(resource: string, listKey: string): RecentPages {
    let pages = this.#lists.get(listKey);
    if (!pages) {
      pages = new RecentPages(this.#lifetimesMs[resource] ?? 0);
      this.#lists.set(listKey, pages);
    }
    return pages;
  }
}

function pagesOf(pageSize: number, { offset, size }: RowRange): PagePlan {
  const first = Math.floor(offset / pageSize);
  const last = Math.floor((offset + size - 1) / pageSize);
  return { firstPage: first + 1, pageCount: last - first + 1, pageSize };
}
