import { randomBytes } from 'node:crypto';

/** A call, and by when the API has counted it, in `performance.now()` milliseconds. */
export interface CountedCall {
  readonly id: string;
  readonly countedBy: number;
}

interface OwnCall extends CountedCall {
  readonly isOver: boolean;
  isTold: boolean;
}

/** The calls of this process in a log that all replicas share, and what that log was told of them. */
export class OwnCalls {
  /** What this process is called among the replicas. */
  readonly replica = randomBytes(6).toString('base64url');
  readonly #keepMs: number;
  readonly #calls = new Map<string, OwnCall>();
  readonly #unsent: string[] = [];
  #named = 0;

  /** `keepMs` is how long a call is remembered after it was counted. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get underWay(): number {
    return this.#calls.values().reduce((count, { isOver }) => count + (isOver ? 0 : 1), 0);
  }

  get counted(): Iterable<number> {
    return this.#calls.values().map(({ countedBy }) => countedBy);
  }

  newId(): string {
    this.#named += 1;
    return `${this.replica}:${this.#named}`;
  }

  isOwn(id: string): boolean {
    return id.startsWith(`${this.replica}:`);
  }

  begin({ id, countedBy }: CountedCall): void {
    this.#calls.set(id, { id, countedBy, isOver: false, isTold: false });
  }

  /** It is over, and was counted before `at`. */
  end(id: string, at: number): void {
    const countedBy = Math.min(at, this.#calls.get(id)?.countedBy ?? at);
    this.#calls.set(id, { id, countedBy, isOver: true, isTold: false });
    for (const [old, call] of this.#calls) {
      if (call.countedBy + this.#keepMs > at) break;
      this.#calls.delete(old);
    }
  }

  /** It was not sent, though the log may have a place for it. */
  drop(id: string): void {
    this.#calls.delete(id);
    this.#unsent.push(id);
  }

  /**
   * What the log does not know yet, or all of it: how many milliseconds ago each call was counted, less than 0 while that
   * lies ahead, and the calls whose places are free again. It counts as told from then on.
   */
  report(isWhole: boolean): { calls: [id: string, agoMs: number][]; unsent: string[] } {
    const now = performance.now();
    const news = [...this.#calls.values()].filter(({ isTold }) => isWhole || !isTold);
    for (const call of news) call.isTold = true;
    return {
      calls: news.map(({ id, countedBy }) => [id, Math.floor(now - countedBy)]),
      unsent: this.#unsent.splice(0),
    };
  }
}
