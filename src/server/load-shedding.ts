import type { Caller } from '../http/client/call-options.ts';
import { comesInParts } from './answers.ts';
import { identityOf } from './callers.ts';
import type { ServerPlugin } from './front-door.ts';
import { noPlace } from './refusal.ts';
import { isSubscription } from './telemetry/operation-facts.ts';

/** When a caller who was refused should come again, in seconds: most operations are over by then. */
const RETRY_AFTER = 1;

/** How long others are held back after somebody found no place, in milliseconds: that one should come again meanwhile. */
const HELD_BACK_MS = 5_000;

/**
 * Refuses operations unread with status 503 while `maxOperations` are under way or memory is short, and with 429 while
 * their caller leaves others no place. An operation is under way until its answer, or the last part of it, is there; a
 * subscription until it has begun, and `onMemoryShort` may end those.
 *
 * `isShedding` tells whether memory is short. That all places are taken it does not tell: a busy replica that is taken
 * out would leave its load to the others.
 */
export function useLoadShedding(
  maxOperations: number,
  isMemoryShort: () => boolean,
  onMemoryShort = () => {},
): ServerPlugin & { isShedding(): boolean } {
  const places = new Places(maxOperations);
  /** Operations under way, and those whose callers have yet to take their answers. */
  const unanswered = new Set<Request>();
  const leave = (request: Request) => {
    places.leave(request);
    unanswered.delete(request);
  };
  // Where nobody waits for anything, nothing would become free by refusing.
  const isShedding = () => isMemoryShort() && unanswered.size > 0;
  return {
    isShedding,
    // As late as the credential is checked, so that only those who have it count; and as early as the body is unread.
    onRequestParse({ request, serverContext: { res } }) {
      const isMemory = isShedding();
      if (isMemory) onMemoryShort();
      const place = isMemory ? 'none' : places.take(request, identityOf(request).caller);
      if (place === 'none') {
        const message = 'The gateway has too much to do just now.';
        throw noPlace(request, isMemory ? 'memory' : 'places', message, RETRY_AFTER);
      }
      if (place === 'none for you') {
        const message = 'Others wait for a place, and you have as many operations under way as they leave you.';
        throw noPlace(request, 'caller_rate', message, RETRY_AFTER);
      }
      unanswered.add(request);
      res?.once('close', () => leave(request));
    },
    onResponse({ request, response, serverContext: { res } }) {
      if (!res || res.closed) leave(request);
      else if (!comesInParts(response) || isSubscription(request)) places.leave(request);
    },
  };
}

/**
 * The places of operations, first come, first served until somebody finds none. Then, for 5 s, all others take a
 * further place only if that leaves as many free as they hold: one caller has at most a half, two a third each. A
 * router, with many callers behind it, may have all.
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
