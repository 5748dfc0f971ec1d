/** One piece of work; it ends early when the signal says that the stand-in is closing. */
export type Work = (signal: AbortSignal) => Promise<void>;

/** Work that is done a moment later, one piece after the other in the order it was given. */
export class PendingWork implements AsyncDisposable {
  readonly #now: () => number;
  /** When each is due, by the stand-in's clock, and the timer for when nobody moves that. */
  readonly #waiting = new Map<() => void, { at: number; timer: NodeJS.Timeout }>();
  readonly #closing = new AbortController();
  #tail: Promise<void> = Promise.resolve();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Does `work` after `delayMs`. */
  add(delayMs: number, work: Work): void {
    const start = () => {
      this.#waiting.delete(start);
      this.#tail = this.#tail.then(() => work(this.#closing.signal));
      // Whoever settles sees the failure; without anyone it must not end the process.
      this.#tail.catch(() => {});
    };
    this.#waiting.set(start, { at: this.#now() + delayMs, timer: setTimeout(start, delayMs) });
  }

  /** Does at once what is still waiting, and ends when nothing is left. Throws what a piece of work threw. */
  async settle(): Promise<void> {
    do await this.catchUp(Number.POSITIVE_INFINITY);
    while (this.#waiting.size > 0);
    await this.#tail;
  }

  /** Does what is due by now, as the clock may have been moved; ends when that is done. */
  async catchUp(now = this.#now()): Promise<void> {
    const due = [...this.#waiting].filter(([, { at }]) => at <= now);
    for (const [start, { timer }] of due) {
      clearTimeout(timer);
      start();
    }
    if (due.length > 0) await this.#tail;
  }

  /** Forgets what is still waiting, and ends what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    this.#closing.abort();
    await this.#tail.catch(() => {});
  }
}
