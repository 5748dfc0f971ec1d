import type { Api } from '../client/api.ts';
import type { Attempt, AttemptGuard } from '../client/flight.ts';
import { tooLate, type UpstreamError, wasNeverSent } from '../client/upstream-error.ts';
import type { AccountLimits } from './account-limits.ts';
import type { AccountRoom, CallAllocator, Reservation } from './account-windows.ts';
import { AnswerTimes, CallerUse } from './call-statistics.ts';
import { FairQueue } from './fair-queue.ts';
import { RouteHolds } from './route-holds.ts';

/** Calls that were held take their turns when all of them have woken, so many milliseconds after the first. */
const WAKE_MS = 5;

/** A call that waits for its place, and whose answer is expected to take `answerMs` from then on. */
interface Waiting {
  readonly attempt: Attempt;
  answerMs: number;
  readonly place: PromiseWithResolvers<Reservation>;
}

/** When a call must be sent, so that its answer can come in time; it may move on. */
function latestOf({ attempt, answerMs }: Waiting): number {
  return attempt.deadline - answerMs;
}

/**
 * How scarce calls are. `none`: no known limits. `low`: less than half of the per-second limit is used. `half`: half of
 * it or more is used. `waiting`: the next call cannot be sent at once.
 */
export type Pressure = 'none' | 'low' | 'half' | 'waiting';

/**
 * Lets the calls to one account's API through as its limits and a `Retry-After` allow: interactive calls first, in turn
 * between callers. One that cannot be answered within its deadline is refused unsent (`rateLimited`), as soon as that
 * is known. While nobody waits there is no timer, so a process can end.
 */
export class Budget {
  readonly #api: Api;
  readonly #allocator: CallAllocator;
  readonly #answerTimes = new AnswerTimes();
  readonly #queues = { interactive: new FairQueue<Waiting>(), background: new FairQueue<Waiting>() };
  readonly #holds: RouteHolds;
  /** Undefined where callers have no shares. */
  readonly callerUse: CallerUse | undefined;
  #isServing = false;
  #isStale = false;
  #timer: NodeJS.Timeout | undefined;

  /** While others wait, a caller gets no more than `callerShare` of the account, if there is one. */
  constructor(api: Api, allocator: CallAllocator, callerShare?: AccountLimits) {
    this.#api = api;
    this.#allocator = allocator;
    this.#holds = new RouteHolds(api);
    this.callerUse = callerShare && new CallerUse(callerShare);
  }

  /** Stands around every attempt of every client that calls for the account. */
  readonly guard: AttemptGuard = async (attempt, send) => {
    // Such a call is refused further down, with the right error.
    if (attempt.signal?.aborted || attempt.deadline <= performance.now()) return send();
    const reservation = await this.#placeUnlessHeld(attempt);
    const sentAt = performance.now();
    try {
      const reply = await send();
      reservation.settle(this.#holds.learn(attempt, reply));
      this.#answerTimes.learn(attempt.route, performance.now() - sentAt);
      return reply;
    } catch (error) {
      if (wasNeverSent(error)) reservation.cancel();
      else reservation.settle(undefined);
      throw error;
    } finally {
      this.#serve();
    }
  };

  get pressure(): Pressure {
    if (this.waiting > 0 || this.#allocator.windows.sentIn(1, 'interactive', 0) > 0) return 'waiting';
    const { left, limit } = this.room.second;
    return left * 2 > limit ? 'low' : 'half';
  }

  /** How many calls wait. */
  get waiting(): number {
    return this.#queues.interactive.size + this.#queues.background.size;
  }

  /** What is left of the account's windows. */
  get room(): AccountRoom {
    return this.#allocator.windows.room();
  }

  /** A place for a call whose route nothing holds: a 429 may have come while it waited for its place. */
  async #placeUnlessHeld(attempt: Attempt): Promise<Reservation> {
    for (;;) {
      // Without a wait where none is needed: until then nobody would notice that the caller leaves.
      const isHeld = this.#holds.hold(attempt) !== undefined;
      if (isHeld) await this.#holds.wait(attempt);
      const reservation = await this.#reservation(attempt, isHeld);
      if (!this.#holds.hold(attempt)) return reservation;
      reservation.cancel();
    }
  }

  async #reservation(attempt: Attempt, wasHeld: boolean): Promise<Reservation> {
    const { signal, priority } = attempt;
    const queue = this.#queues[priority];
    const place = Promise.withResolvers<Reservation>();
    const waiting: Waiting = { attempt, answerMs: 0, place };
    queue.push(attempt, waiting);
    const stopJoins = attempt.onJoin?.((owner) => queue.push(owner, waiting));
    const ahead = queue.ahead(waiting) + (priority === 'interactive' ? 0 : this.#queues.interactive.size);
    const sentIn = this.#sentIn(ahead + 1, attempt);
    // A call that need not wait is let through, however slow the API is.
    if (sentIn > 0) {
      waiting.answerMs = this.#answerTimes.lateMs(attempt.route);
      attempt.waitedFor?.push('limit');
    }
    if (performance.now() + sentIn > latestOf(waiting)) {
      queue.remove((other) => other === waiting);
      throw this.#refusal(attempt, sentIn + waiting.answerMs);
    }
    const leave = () => {
      queue.remove((other) => other === waiting);
      place.reject(signal?.reason);
      this.#serve();
    };
    signal?.addEventListener('abort', leave);
    if (wasHeld) setTimeout(() => this.#serve(), WAKE_MS);
    else this.#serve();
    try {
      return await place.promise;
    } finally {
      stopJoins?.();
      signal?.removeEventListener('abort', leave);
    }
  }

  /** Gives places to those who wait, for as long as there are any. */
  async #serve(): Promise<void> {
    this.#isStale = true;
    if (this.#isServing) return;
    this.#isServing = true;
    while (this.#isStale) {
      this.#isStale = false;
      clearTimeout(this.#timer);
      await this.#servePlaces();
    }
    this.#isServing = false;
  }

  async #servePlaces(): Promise<void> {
    while (this.waiting > 0) {
      const priority = this.#queues.interactive.size > 0 ? 'interactive' : 'background';
      const { size: calls, callers } = this.#queues[priority];
      const taking = this.#allocator.take(priority, { calls, callers });
      // Without a wait where none is needed: until then the call would count as waiting and as sent.
      const taken = taking instanceof Promise ? await taking : taking;
      if (typeof taken === 'number') return this.#sleep(taken);
      for (const place of taken) {
        const next = this.#nextInTime();
        // All may have left while places were asked for.
        if (!next) place.cancel();
        else {
          if (next.attempt.caller) this.callerUse?.called(next.attempt.caller.name);
          next.place.resolve(place);
        }
      }
    }
  }

  #nextInTime(): Waiting | undefined {
    const { interactive, background } = this.#queues;
    const isUsedUp = (caller: string) => this.callerUse?.isUsedUp(caller) ?? false;
    for (;;) {
      const next = interactive.shift(isUsedUp) ?? background.shift(isUsedUp);
      if (!next || performance.now() <= latestOf(next)) return next;
      this.#refuse(next);
    }
  }

  /** Wakes when there may be a place or a deadline gets too near. Refuses calls that cannot make theirs. */
  #sleep(ms: number): void {
    const now = performance.now();
    for (const queue of Object.values(this.#queues)) {
      const sentIn = new Map<string, number>();
      const isVain = (each: Waiting) => {
        const { attempt } = each;
        const soonest = sentIn.get(attempt.route) ?? this.#sentIn(1, attempt);
        sentIn.set(attempt.route, soonest);
        return latestOf(each) < now + soonest;
      };
      for (const waiting of queue.remove(isVain)) this.#refuse(waiting);
    }
    if (this.waiting === 0) return;
    const waiting = Object.values(this.#queues).flatMap((queue) => [...queue]);
    const wakeAt = Math.min(now + ms, ...waiting.map(latestOf));
    this.#timer = setTimeout(() => this.#serve(), Math.max(1, Math.ceil(wakeAt - now)));
  }

  #refuse({ attempt, place }: Waiting): void {
    place.reject(this.#refusal(attempt, this.#sentIn(1, attempt) + this.#answerTimes.lateMs(attempt.route)));
  }

  #sentIn(nth: number, { route, priority }: Attempt): number {
    return this.#allocator.windows.sentIn(nth, priority, this.#answerTimes.usualMs(route));
  }

  #refusal({ route }: Attempt, ms: number): UpstreamError {
    return tooLate(this.#api, route, Math.max(1, Math.ceil(ms / 1000)));
  }
}
