import { randomBytes } from 'node:crypto';
import type { Report } from './shared-log.ts';

/** The calls of this process in a log that all replicas share, and what that log was told of them. */
export class OwnCalls {
  /** What this process is called among the replicas. */
  readonly replica = randomBytes(6).toString('base64url');
  readonly #keepMs: number;
  readonly #underWay = new Set<string>();
  /** When each was over, in order. */
  readonly #ends = new Map<string, number>();
  #news: string[] = [];
  #unsent: string[] = [];
  #named = 0;

  /** `keepMs` is how long a call is remembered after it was over. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** When each that is over was over, in milliseconds of `performance.now()`. */
  get ends(): number[] {
    return [...this.#ends.values()];
  }

  newId(): string {
    this.#named += 1;
    return `${this.replica}:${this.#named}`;
  }

  isOwn(id: string): boolean {
    return id.startsWith(`${this.replica}:`);
  }

  begin(id: string): void {
    this.#underWay.add(id);
  }

  end(id: string, at: number): void {
    this.#underWay.delete(id);
    this.#ends.set(id, at);
    this.#news.push(id);
    for (const [old, endedAt] of this.#ends) {
      if (endedAt + this.#keepMs > at) break;
      this.#ends.delete(old);
    }
  }

  /** It was not sent, though the log may have a place for it. */
  drop(id: string): void {
    this.#underWay.delete(id);
    this.#unsent.push(id);
  }

  /** What the log does not know yet, or all of it. It counts as told from then on. */
  report(isWhole: boolean): Pick<Report, 'over' | 'underWay' | 'unsent'> {
    const now = performance.now();
    const ids = isWhole ? [...this.#ends.keys()] : this.#news;
    // A call that may still be counted is over later than now.
    const over = ids.map((id) => [id, Math.floor(now - (this.#ends.get(id) ?? now))] as const);
    const unsent = this.#unsent;
    this.#news = [];
    this.#unsent = [];
    return { over, underWay: [...this.#underWay], unsent };
  }
}
