import { LRUCache } from 'lru-cache';

/** Servers change their limits rarely; ten minutes bound how long a stale one costs calls. */
const REMEMBERED_MS = 10 * 60 * 1000;

/** The page sizes that one upstream resource has shown, shared by all windows of the process, for ten minutes. */
export class PageSizes implements UsefulSizes {
  readonly #configured: number;
  readonly #learned: LRUCache<'most' | 'least' | 'askedLeast' | 'served' | 'overlap', number>;

  /** `configured` is the largest page ever asked for; `now` counts milliseconds from any start. */
  constructor(configured: number, now: () => number = () => performance.now()) {
    this.#configured = configured;
    this.#learned = new LRUCache({ max: 5, ttl: REMEMBERED_MS, ttlResolution: 0, perf: { now } });
  }

  /** The largest page worth asking for now; more than the configured one where the server has no smaller pages. */
  get most(): number {
    return Math.max(this.least, Math.min(this.#learned.get('most') ?? this.#configured, this.#configured));
  }

  /** The smallest page worth asking for now: smaller ones come with as many rows. */
  get least(): number {
    return this.#learned.get('least') ?? 1;
  }

  /** What is asked for to get a page of this size, or what else if it has come so many times. */
  asked(size: number, times = 0): number {
    const first = size === this.least ? this.#learned.get('askedLeast') : undefined;
    const ways = [first ?? size, size, size - 1].map((way) => Math.min(way, this.#configured));
    return [...new Set(ways)][times] ?? size;
  }

  /** The page size that the server is known to have, if any. */
  get own(): number | undefined {
    if (this.least > 1) return this.least;
    return this.#learned.has('most') ? this.most : undefined;
  }

  /** The most rows that a page came with, of as many as were asked for. */
  get served(): number {
    return this.#learned.get('served') ?? 0;
  }

  /** Notes how many rows came of a page. One that is too long is believed: what it makes dearer is no call. */
  note({ number, size, came }: { number: number; size: number; came: number }): void {
    const served = Math.min(came, size);
    if (served >= this.served) this.#learned.set('served', served);
    if (number === 1 && came > size && !this.overlap) {
      this.#learned.set('least', came);
      this.#learned.set('askedLeast', size);
    }
  }

  /** 1 where the rows that a page has too many are the next one's as well, 0 where not; undefined while that is not known. */
  get overlap(): number | undefined {
    return this.#learned.get('overlap');
  }

  /** Notes that. A page that ends with rows of the next one is no larger than it was asked for. */
  noteOverlap(overlap: boolean): void {
    this.#learned.set('overlap', Number(overlap));
    if (overlap) this.#learned.delete('least');
  }

  /** Notes the server's own maximum, unless a page with more rows came. */
  learn(most: number): void {
    if (most >= this.served && most < this.most) this.#learned.set('most', most);
  }
}

/** The page sizes of each upstream resource, from its first window on; `configured` is the largest page ever asked of it. */
export type PageSizesOf = (resource: string, configured: number) => PageSizes;

export function pageSizesByResource(): PageSizesOf {
  const resources = new Map<string, PageSizes>();
  return (resource, configured) => {
    const sizes = resources.get(resource) ?? new PageSizes(configured);
    resources.set(resource, sizes);
    return sizes;
  };
}

/** A run of rows of a list: [offset, offset + size). */
export interface RowRange {
  offset: number;
  size: number;
}

/** Consecutive upstream pages of one size; pages count from 1. */
export interface PagePlan {
  firstPage: number;
  pageCount: number;
  pageSize: number;
}

/** Which page sizes are worth asking for. */
export interface UsefulSizes {
  least: number;
  most: number;
  /** One that the server is known to serve just so, whatever else it is asked for. */
  own?: number | undefined;
}

/**
 * The pages of `least` to `most` rows (at least 1) that cover a range with the fewest calls, and among those the fewest
 * rows: one page of the smallest size that holds it all wherever there is one. They are pages of the server's own size
 * where these are as few, and where the range is smaller than `least`. An empty range still asks for one row, because
 * every answer brings the total. Instead of a plan that is of no use the next best one is taken, of two pages more at most.
 */
export function planPages(
  range: RowRange,
  { least, most, own }: UsefulSizes,
  isUseless: (plan: PagePlan) => boolean = () => false,
): PagePlan {
  const { offset, size } = range;
  if (size === 0) return { firstPage: 1, pageCount: 1, pageSize: 1 };
  const countOf = (pageSize: number) => Math.ceil((offset + size) / pageSize) - Math.floor(offset / pageSize);
  const pagesOf = (pageSize: number): PagePlan => {
    return { firstPage: Math.floor(offset / pageSize) + 1, pageCount: countOf(pageSize), pageSize };
  };
  const fewest = Math.ceil(size / most);
  const ownPlan = own === undefined ? undefined : pagesOf(own);
  let best = ownPlan && !isUseless(ownPlan) ? ownPlan : undefined;
  if (best && (size <= least || least === most)) return best;
  let count = best?.pageCount ?? fewest + 3;
  // Of smaller pages it takes more than that.
  const smallest = Math.max(least, Math.ceil(size / (fewest + 2)));
  for (let pageSize = smallest; pageSize <= most && count > fewest; pageSize++) {
    if (countOf(pageSize) >= count || isUseless(pagesOf(pageSize))) continue;
    best = pagesOf(pageSize);
    count = best.pageCount;
  }
  return best ?? ownPlan ?? planPages(range, { least, most });
}
