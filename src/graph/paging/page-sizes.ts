import { LRUCache } from 'lru-cache';
import type { UsefulSizes } from './page-plan.ts';

/** Servers change their limits rarely; ten minutes bound how long a stale one costs calls. */
const REMEMBERED_MS = 10 * 60 * 1000;

/** The page sizes that one upstream resource has shown, shared by all windows of the process, for ten minutes. */
export class PageSizes implements UsefulSizes {
  readonly #configured: number;
  readonly #learned: LRUCache<'most' | 'least' | 'served', number>;

  /** `configured` is the largest page ever asked for; `now` counts milliseconds from any start. */
  constructor(configured: number, now: () => number = () => performance.now()) {
    this.#configured = configured;
    this.#learned = new LRUCache({ max: 3, ttl: REMEMBERED_MS, ttlResolution: 0, perf: { now } });
  }

  /** The largest page worth asking for now; more than the configured one where the server has no smaller pages. */
  get most(): number {
    return Math.max(this.least, Math.min(this.#learned.get('most') ?? this.#configured, this.#configured));
  }

  /** The smallest page worth asking for now: smaller ones come with as many rows. */
  get least(): number {
    return this.#learned.get('least') ?? 1;
  }

  /** What is asked for to get a page of this size. */
  asked(size: number): number {
    return Math.min(size, this.#configured);
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
    if (number === 1 && came > size) this.#learned.set('least', came);
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
