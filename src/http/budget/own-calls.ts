import { randomBytes } from 'node:crypto';

/** Names of calls that have not been over. */
export interface UnderWay {
  /** There may be a place for them. */
  asked: readonly string[];
  /** They were sent. */
  begun: readonly string[];
}

/** The calls of this process that hold places, by names that are unique among all replicas. */
export class OwnCalls {
  /** What this process is called among the replicas. */
  readonly replica = randomBytes(9).toString('base64url');
  readonly #spanMs: number;
  /** When each was over; `undefined` while it is under way. */
  readonly #calls = new Map<string, number | undefined>();
  readonly #asked = new Set<string>();
  #named = 0;

  /** `spanMs` is how long a call is remembered after it was over. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** The name of a call that there may be a place for: until `begin` or `drop` it is neither sent nor forgotten. */
  ask(): string {
    this.#named += 1;
    const id = `${this.replica}:${this.#named}`;
    this.#asked.add(id);
    return id;
  }

  begin(id: string): void {
    this.#asked.delete(id);
    this.#calls.set(id, undefined);
  }

  /** It was not sent. */
  drop(id: string): void {
    this.#asked.delete(id);
    this.#calls.delete(id);
  }

  end(id: string, at: number): void {
    // Put last, after all that were over before.
    this.#calls.delete(id);
    this.#calls.set(id, at);
  }

  underWay(): UnderWay {
    const begun: string[] = [];
    for (const [id, overAt] of this.#calls) if (overAt === undefined) begun.push(id);
    return { asked: [...this.#asked], begun };
  }

  /** Milliseconds since each was over, -1 while it is under way. */
  ages(now: number): Record<string, number> {
    this.#forget(now);
    const ages: Record<string, number> = {};
    for (const [id, overAt] of this.#calls) {
      ages[id] = overAt === undefined ? -1 : Math.max(0, Math.floor(now - overAt));
    }
    return ages;
  }

  #forget(now: number): void {
    for (const [id, overAt] of this.#calls) {
      if (overAt !== undefined && overAt + this.#spanMs <= now) this.#calls.delete(id);
    }
  }
}
