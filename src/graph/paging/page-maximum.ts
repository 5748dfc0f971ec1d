import { LRUCache } from 'lru-cache';

/** Servers change their limits rarely; ten minutes bound how long a stale one costs calls. */
const REMEMBERED_MS = 10 * 60 * 1000;

/**
 * The largest page that one upstream resource serves, and what else it has shown, shared by all windows of the process.
 * The maximum is the setting's unless the server has shown a smaller one. All is forgotten after ten minutes.
 */
export class PageMaximum {
  readonly #configured: number;
  readonly #learned: LRUCache<string, number>;

  /** `configured` is the largest page ever asked for; `now` counts milliseconds from any start. */
  constructor(configured: number, now: () => number = () => performance.now()) {
    this.#configured = configured;
    this.#learned = new LRUCache({ max: 16, ttl: REMEMBERED_MS, ttlResolution: 0, perf: { now } });
  }

  /** The largest page worth asking for now. */
  get largest(): number {
    return Math.min(this.#learned.get('maximum') ?? this.#configured, this.#configured);
  }

  /** The most rows that a page came with. */
  get served(): number {
    return this.#learned.get('served') ?? 0;
  }

  /** The fewest rows for which a page came with exactly as many as asked for: the server has no minimum above it. */
  get smallest(): number {
    return this.#learned.get('smallest') ?? Number.POSITIVE_INFINITY;
  }

  /** Notes that a page came with this many rows, of as many as were asked for. */
  noteRows(rows: number, asked = rows): void {
    if (Math.min(rows, asked) >= this.served) this.#learned.set('served', Math.min(rows, asked));
    if (rows === asked && asked <= this.smallest) this.#learned.set('smallest', asked);
  }

  /** Notes the server's own maximum, which is never less than the rows of any page that came. */
  learn(size: number): void {
    this.#learned.set('maximum', Math.max(size, this.served));
  }
}

/** The page maximum of each upstream resource, from its first window on. */
export class PageMaximums {
  readonly #resources = new Map<string, PageMaximum>();

  /** The one of a resource; `configured` is the largest page ever asked of it. */
  of(resource: string, configured: number): PageMaximum {
    let maximum = this.#resources.get(resource);
    if (!maximum) {
      maximum = new PageMaximum(configured);
      this.#resources.set(resource, maximum);
    }
    return maximum;
  }
}
