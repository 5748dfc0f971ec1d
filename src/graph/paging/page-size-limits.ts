/** Servers change their limits rarely; ten minutes bound how long a stale one costs calls. */
const REMEMBERED_MS = 10 * 60 * 1000;

interface Remembered {
  size: number;
  until: number;
}

const NOTHING: Remembered = { size: 0, until: 0 };

/**
 * What is known of the page sizes that one upstream resource serves, kept in process and shared by all its
 * windows, so that a clamp is paid for once. Everything learned is forgotten after ten minutes.
 */
export class PageSizeLimits {
  readonly #configured: number;
  readonly #now: () => number;
  #learned = NOTHING;
  #confirmed = NOTHING;

  /** `configured` is the largest page ever asked for; `now` counts milliseconds from any start. */
  constructor(configured: number, now: () => number = () => performance.now()) {
    this.#configured = configured;
    this.#now = now;
  }

  /** The largest page worth asking for now. */
  get largest(): number {
    if (this.#learned === NOTHING) return this.#configured;
    return this.#isFresh(this.#learned) ? Math.min(this.#learned.size, this.#configured) : this.#configured;
  }

  /** Whether the server has shown that it serves pages of this size whole. */
  isConfirmed(size: number): boolean {
    return size <= this.#confirmed.size && this.#isFresh(this.#confirmed);
  }

  /** Notes that a page has held this many rows. */
  confirm(size: number): void {
    if (size >= this.#confirmed.size || !this.#isFresh(this.#confirmed)) {
      this.#confirmed = { size, until: this.#now() + REMEMBERED_MS };
    }
  }

  /** Notes the server's own maximum; only for one with which a plan has worked. */
  learn(size: number): void {
    this.#learned = { size, until: this.#now() + REMEMBERED_MS };
  }

  /** Drops everything learned, after an answer that contradicts it. */
  forget(): void {
    this.#learned = NOTHING;
    this.#confirmed = NOTHING;
  }

  #isFresh({ until }: Remembered): boolean {
    return this.#now() < until;
  }
}
