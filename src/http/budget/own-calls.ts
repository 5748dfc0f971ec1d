import { randomBytes } from 'node:crypto';
import type { Report } from './shared-log.ts';

/** The calls of this process in a log that all replicas share, and what that log was told of them. */
export class OwnCalls {
  /** What this process is called among the replicas. */
  readonly replica = randomBytes(6).toString('base64url');
  readonly #keepMs: number;
  /** By when the API has counted each, in milliseconds of `performance.now()`. */
  readonly #counted = new Map<string, number>();
  readonly #underWay = new Set<string>();
  readonly #news = new Set<string>();
  #unsent: string[] = [];
  #named = 0;

  /** `keepMs` is how long a call is remembered after it was counted. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  get counted(): Iterable<number> {
    return this.#counted.values();
  }

  newId(): string {
    this.#named += 1;
    return `${this.replica}:${this.#named}`;
  }

  isOwn(id: string): boolean {
    return id.startsWith(`${this.replica}:`);
  }

  begin(id: string, by: number): void {
    this.#underWay.add(id);
    this.#counted.set(id, by);
    this.#news.add(id);
  }

  /** It is over, and was counted before `at`. */
  end(id: string, at: number): void {
    this.#underWay.delete(id);
    this.#counted.set(id, Math.min(at, this.#counted.get(id) ?? at));
    this.#news.add(id);
    for (const [old, counted] of this.#counted) {
      if (counted + this.#keepMs > at) break;
      this.#counted.delete(old);
    }
  }

  /** It was not sent, though the log may have a place for it. */
  drop(id: string): void {
    this.#underWay.delete(id);
    this.#counted.delete(id);
    this.#unsent.push(id);
  }

  /** What the log does not know yet, or all of it. It counts as told from then on. */
  report(isWhole: boolean): Pick<Report, 'calls' | 'unsent'> {
    const now = performance.now();
    const ids = isWhole ? this.#counted.keys() : this.#news.values().filter((id) => this.#counted.has(id));
    const calls = [...ids].map((id) => [id, Math.floor(now - (this.#counted.get(id) ?? now))] as const);
    const unsent = this.#unsent;
    this.#news.clear();
    this.#unsent = [];
    return { calls, unsent };
  }
}
