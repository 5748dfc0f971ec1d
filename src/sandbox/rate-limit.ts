import type { Handler, Reply } from './server.ts';

/** In milliseconds. */
const SECOND = 1000;
const MINUTE = 60_000;

/** What an account may do; every number counts calls. */
export interface Limits {
  perSecond: number;
  perMinute: number;
  /** Calls under way at once; more get `Retry-After: -1`. Unlimited when absent. */
  parallel?: number;
}

/**
 * Counts the calls of one account (all its tokens together) in two sliding windows, 1 s and 60 s.
 * Headers are those of the vendor's page on rate limits: `X-RateLimit-*` on admitted calls, with the seconds left and not a
 * time of day, and only `Retry-After` on refused ones. Refused calls do not count.
 */
export class RateLimit {
  readonly #now: () => number;
  #arrivals: number[] = [];
  #underWay = 0;

  /** `now` gives milliseconds that never go back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Lets one call in or refuses it. `leave` is called once when the answer is out; until then the call counts as
   * parallel. The limits may differ from call to call; `none` admits all and counts nothing.
   */
  admit(limits: Limits | 'none'): { admitted: boolean; headers: Record<string, string>; leave?: () => void } {
    if (limits === 'none') return { admitted: true, headers: {} };
    const now = this.#now();
    this.#arrivals = this.#arrivals.filter((at) => at > now - MINUTE);

    const windows = [this.#window(limits.perSecond, SECOND), this.#window(limits.perMinute, MINUTE)];
    const waits = windows.filter(({ left }) => left <= 0).map(({ reset }) => reset);
    if (this.#underWay >= (limits.parallel ?? Number.POSITIVE_INFINITY)) waits.push(-1);
    if (waits.length > 0) return { admitted: false, headers: { 'retry-after': String(Math.max(...waits)) } };

    this.#arrivals.push(now);
    this.#underWay += 1;
    const { limit, left, reset } = windows.reduce((one, other) => (other.left < one.left ? other : one));
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(left - 1),
      'x-ratelimit-reset': String(reset),
    };
    return { admitted: true, headers, leave: () => void this.#underWay-- };
  }

  /** `reset`: seconds until one more call fits or, while some fit, until the oldest is forgotten. */
  #window(limit: number, length: number) {
    const now = this.#now();
    const inside = this.#arrivals.filter((at) => at > now - length);
    // More than `limit` may be inside when the limit was lowered meanwhile: wait until enough of them are gone.
    const lastInTheWay = inside[Math.max(0, inside.length - limit)] ?? now;
    const reset = Math.ceil((length - (now - lastInTheWay)) / SECOND);
    return { limit, left: limit - inside.length, reset };
  }
}

/** Puts the limits of a new account, read anew at each call, before each of its handlers; `refuse` makes the 429. */
export function limitedBy(
  limits: () => Limits | 'none',
): (handler: Handler, refuse: (headers: Record<string, string>) => Reply) => Handler {
  const account = new RateLimit();
  return (handler, refuse) => async (request) => {
    const admission = account.admit(limits());
    if (!admission.admitted) return refuse(admission.headers);
    void request.closed.then(admission.leave);
    const reply = await handler(request);
    return { ...reply, headers: { ...admission.headers, ...reply.headers } };
  };
}
