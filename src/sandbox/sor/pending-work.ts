/** One piece of work; it ends early when the signal says that the stand-in is closing. */
export type Work = (signal: AbortSignal) => Promise<void>;

/** Work that is done a moment later, one piece after the other in the order it was given. */
export class PendingWork implements AsyncDisposable {
  readonly #waiting = new Map<() => void, NodeJS.Timeout>();
  readonly #closing = new AbortController();
  #tail: Promise<void> = Promise.resolve();

  /** Does `work` after `delayMs`. */
  add(delayMs: number, work: Work): void {
    const start = () => {
      this.#waiting.delete(start);
      this.#tail = this.#tail.then(() => work(this.#closing.signal));
      // Whoever settles sees the failure; without anyone it must not end the process.
      this.#tail.catch(() => {});
    };
    this.#waiting.set(start, setTimeout(start, delayMs));
  }

  /** Does at once what is still waiting, and ends when nothing is left. Throws what a piece of work threw. */
  async settle(): Promise<void> {
    do {
      for (const [start, timer] of [...this.#waiting]) {
        clearTimeout(timer);
        start();
      }
      await this.#tail;
    } while (this.#waiting.size > 0);
  }

  /** Forgets what is still waiting, and ends what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    this.#closing.abort();
    await this.#tail.catch(() => {});
  }
}
