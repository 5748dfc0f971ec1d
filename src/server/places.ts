import type { Caller } from '../http/client/caller.ts';

/** How long others are held back after somebody found no place, in milliseconds: that one should come again meanwhile. */
const HELD_BACK_MS = 5_000;

/**
 * The places of operations, and who holds them. They are first come, first served until somebody finds none. Then,
 * for 5 s, all others take a further place only if that leaves as many free as they hold: so one caller has at most a
 * half, two have a third each, and the next place that falls free is for whoever has none. A router may have all, as
 * many callers stand behind it.
 */
export class Places {
  readonly #most: number;
  readonly #holders = new Map<object, string>();
  /** When the two latest callers found no place, in `performance.now()` milliseconds: one of them is not the one who asks. */
  readonly #refused = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  get taken(): number {
    return this.#holders.size;
  }

  /** Takes a place for `holder`; otherwise says whether there is none at all, or none for this caller. */
  take(holder: object, { name, isRouter }: Caller): 'taken' | 'none' | 'none for you' {
    const free = this.#most - this.taken;
    if (free === 0) {
      this.#refused.delete(name);
      this.#refused.set(name, performance.now());
      if (this.#refused.size > 2) this.#refused.delete([...this.#refused.keys()][0] ?? '');
      return 'none';
    }
    if (!isRouter && this.#isWantedByOthers(name)) {
      const held = this.#holders.values().reduce((count, each) => count + Number(each === name), 0);
      if (held > 0 && held + 1 > free - 1) return 'none for you';
    }
    this.#holders.set(holder, name);
    return 'taken';
  }

  /** Gives the place of `holder` back, if it has one. */
  leave(holder: object): void {
    this.#holders.delete(holder);
  }

  #isWantedByOthers(name: string): boolean {
    const since = performance.now() - HELD_BACK_MS;
    return this.#refused.entries().some(([other, at]) => other !== name && at > since);
  }
}
