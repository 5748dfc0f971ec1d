import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../client/api.ts';
import type { AnswerHead } from '../client/exchange.ts';
import type { Attempt, AttemptGuard } from '../client/flight.ts';
import { retryAfter } from '../client/response.ts';
import { tooLate } from '../client/upstream-error.ts';
import { SHORT_PAUSE_MS } from './account-limits.ts';

/** The longest hold that is believed, in milliseconds: a stray header must not end all calls for a day. */
const LONGEST_HOLD_MS = 10 * 60_000;

/** After so many milliseconds one call may find out whether a hold still stands. */
const PROBE_AFTER_MS = 30_000;

interface Hold {
  readonly since: number;
  readonly until: number;
  nextProbeAt: number;
  probe?: Attempt;
}

/**
 * Until the `Retry-After` of a 429 is over, calls of its route wait, but for a probe every 30 s; whose deadline is
 * earlier is refused unsent (`rateLimited`). Other routes go on unless the 429 concerns all of them.
 */
export class RouteHolds {
  readonly #api: Api;
  /** By method and route. */
  readonly #holds = new Map<string, Hold>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** For an account without known limits, and so without a budget: nothing says that a limit is the account's. */
  readonly guard: AttemptGuard = async (attempt, send) => {
    await this.wait(attempt);
    const reply = await send();
    this.learn(attempt, reply);
    return reply;
  };

  /** What holds a call now. */
  hold(attempt: Attempt): Hold | undefined {
    const hold = this.#holds.get(nameOf(attempt));
    return hold && hold.until > performance.now() && hold.probe !== attempt ? hold : undefined;
  }

  /** Waits until nothing holds a call, or it is the probe. Throws the signal's reason when its caller leaves. */
  async wait(attempt: Attempt): Promise<void> {
    for (let hold = this.hold(attempt); hold; hold = this.hold(attempt)) {
      const now = performance.now();
      const ms = Math.ceil(Math.min(hold.until, hold.nextProbeAt) - now);
      if (ms <= 0) {
        hold.nextProbeAt = now + PROBE_AFTER_MS;
        hold.probe = attempt;
      } else if (now + ms > attempt.deadline) {
        throw tooLate(this.#api, attempt.route, Math.ceil((hold.until - now) / 1000));
      } else {
        attempt.waitedFor?.push('retryAfter');
        await sleep(ms, undefined, { signal: attempt.signal }).catch(() => {});
        attempt.signal?.throwIfAborted();
      }
    }
  }

  /** Returns what of an answer concerns all routes: a 429 that leaves nothing, or the second route's in 30 s. */
  learn(attempt: Attempt, answer: AnswerHead): AnswerHead {
    const { status, headers } = answer;
    const name = nameOf(attempt);
    const known = this.#holds.get(name);
    if (status !== 429) {
      if (known?.probe === attempt) this.#holds.delete(name);
      return answer;
    }
    const since = performance.now();
    const isElsewhere = [...this.#holds].some(
      ([other, hold]) => other !== name && hold.until > since && since - hold.since < PROBE_AFTER_MS,
    );
    const ms = Math.min((retryAfter(headers) ?? 0) * 1000 || SHORT_PAUSE_MS, LONGEST_HOLD_MS);
    const until = Math.max(known?.until ?? 0, since + ms);
    this.#holds.set(name, { since, until, nextProbeAt: since + PROBE_AFTER_MS });
    const isCrowded = Number(headers['retry-after']) < 0;
    const concernsAll = isElsewhere || isCrowded || headers['x-ratelimit-remaining'] === '0';
    return concernsAll ? answer : { status, headers: { 'retry-after': '0' } };
  }
}

function nameOf({ method, route }: Attempt): string {
  return `${method} ${route}`;
}
