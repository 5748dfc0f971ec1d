import type { Priority } from '../client/call-options.ts';
import { STRAGGLING_MS } from './account-limits.ts';
import type { AccountWindows } from './account-windows.ts';
import type { AccountRoom, CallAllocator, Demand, Reservation } from './call-allocator.ts';
import { rateNotice } from './rate-notice.ts';
import { type Place, ReplicaLink, type ReplicaOptions } from './replica-link.ts';

/** How old what is known may be before somebody who waits asks again, and how long that is at most, in milliseconds. */
const LOOK_AFTER_MS = 100;
const LONGEST_WAIT_MS = 1000;

/**
 * Replicas that wait for the same place come at random, later by so many milliseconds divided by their callers on
 * average: so every caller has the same chance. Background calls come after them.
 */
const TURN_MS = 40;
const BACKGROUND_TURN_MS = 100;
/** So many callers of one replica take a place at a time where other replicas may wait. */
const CALLERS_A_PLACE = 32;

export interface RedisCallAllocatorOptions extends ReplicaOptions {
  /** Called when this process begins to share the account, and when it goes on alone; it begins alone. */
  onChange?: (mode: 'shared' | 'alone') => void;
}

/**
 * The calls of all replicas, in Redis. The rules are applied here, to the calls that Redis knows, and Redis gives a place
 * only if that leaves out no call. While Redis is away, or late, this process goes on with its part of what was left,
 * and reports it when Redis is back.
 */
export class RedisCallAllocator implements CallAllocator, AsyncDisposable {
  readonly #options: RedisCallAllocatorOptions;
  readonly #link: ReplicaLink;
  /** The rules of this process's part, while it goes on alone. */
  #alone: AccountWindows | undefined;
  /** Places that Redis has given, for calls that are sent next, but not before that. */
  #spare: (Place & { from: number })[] = [];
  #hasLeft = false;

  constructor(options: RedisCallAllocatorOptions) {
    this.#options = options;
    this.#link = new ReplicaLink(options, (mode) => {
      this.#alone = mode === 'alone' ? this.#link.account.part() : undefined;
      for (const { id } of this.#spare.splice(0)) this.#link.account.own.drop(id);
      options.onChange?.(mode);
    });
    this.#alone = this.#link.account.part();
  }

  take(priority: Priority, demand: Demand): Reservation | number | Promise<Reservation | number> {
    if (this.#hasLeft) return Number.POSITIVE_INFINITY;
    const now = performance.now();
    const [spare] = this.#spare;
    if (spare && spare.from > now) return spare.from - now;
    if (spare) return this.#use(spare, priority, demand);
    const wait = this.sentIn(1, priority, Number.POSITIVE_INFINITY);
    if (this.#alone) return this.#link.quietMs || (wait > 0 ? wait : this.#takeAlone(this.#alone));
    // Others may have had their answers meanwhile, which only Redis can tell.
    const mayLook = now - this.#link.account.seenAt > LOOK_AFTER_MS && this.#turn(priority, demand) < wait;
    return wait <= this.#link.roundTripMs || mayLook ? this.#ask(priority, demand) : this.#turn(priority, demand);
  }

  sentIn(nth: number, priority: Priority, answerMs: number): number {
    return this.#windows.readyAt(nth, priority, answerMs) - performance.now();
  }

  room(): AccountRoom {
    return this.#windows.room();
  }

  /** Gives no place from then on. The connection is not its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasLeft = true;
    for (const { id } of this.#spare.splice(0)) this.#link.account.own.drop(id);
    await this.#link[Symbol.asyncDispose]();
  }

  get #windows(): AccountWindows {
    return this.#alone ?? this.#link.account.whole;
  }

  #takeAlone(alone: AccountWindows): Reservation {
    const { own } = this.#link.account;
    const place = { id: own.newId(), by: alone.begin() };
    own.begin(place.id, place.by);
    this.#link.reportSoon();
    return this.#reservation(place);
  }

  #use(spare: Place, priority: Priority, demand: Demand): ReturnType<CallAllocator['take']> {
    this.#spare.shift();
    if (performance.now() <= spare.until) return this.#reservation(spare);
    this.#link.account.own.drop(spare.id);
    return this.take(priority, demand);
  }

  /** Asks for places for those who wait; without any that the rules would give, what is known is new afterwards. */
  async #ask(priority: Priority, demand: Demand): Promise<Reservation | number> {
    const { account, roundTripMs } = this.#link;
    const { perSecond } = this.#options.limits;
    const askedAt = performance.now();
    // The answer takes a while: places that fall free until then are asked for already.
    const answeredAt = askedAt + roundTripMs;
    const readyNow = account.whole.readyBy(askedAt, perSecond, priority);
    const ready = account.whole.readyBy(answeredAt, perSecond, priority);
    const begun = account.state?.begun ?? 0;
    const most = account.hasOthers ? Math.ceil(demand.callers / CALLERS_A_PLACE) : demand.calls;
    const ids = Array.from({ length: Math.min(most, demand.calls, ready) }, () => account.own.newId());
    const given = await this.#link.exchange(ids, ready);
    if (!given || this.#hasLeft) {
      // Whether an answer that did not come gave places, nobody knows.
      for (const id of ids) account.own.drop(id);
      return this.take(priority, demand);
    }
    const free = readyNow - ((account.state?.begun ?? 0) - begun - given.length);
    this.#spare.push(...given.map((place, index) => ({ ...place, from: index < free ? askedAt : answeredAt })));
    // Others were quicker, or there was news; there may be places still.
    const isReady = this.sentIn(1, priority, Number.POSITIVE_INFINITY) <= this.#link.roundTripMs;
    return given.length > 0 || isReady ? this.take(priority, demand) : this.#turn(priority, demand);
  }

  /** When to ask again, if answers come as soon as they do in most cases. */
  #turn(priority: Priority, { callers }: Demand): number {
    const wait = this.sentIn(1, priority, LOOK_AFTER_MS) - this.#link.roundTripMs;
    const soonest = Math.max(1, Math.min(LONGEST_WAIT_MS, wait));
    if (!this.#link.account.hasOthers) return soonest;
    const turnMs = (-Math.log(1 - Math.random()) * TURN_MS) / Math.max(1, callers);
    return soonest + turnMs + (priority === 'background' ? BACKGROUND_TURN_MS : 0);
  }

  #reservation({ id, by }: Pick<Place, 'id' | 'by'>): Reservation {
    const { account, reportSoon } = this.#link;
    const windows = this.#windows;
    const { era } = windows;
    const sentAt = performance.now();
    return {
      settle: (answer) => {
        const notice = answer && rateNotice(answer, this.#options.limits);
        if (answer) windows.answered(era, notice);
        // How much is left of the whole account says nothing about this process's part.
        if (notice && !(this.#alone && notice.kind === 'left')) account.learn(notice, sentAt);
        if (notice?.kind === 'pause') this.#alone?.hear(notice);
        const over = performance.now() + (answer ? 0 : STRAGGLING_MS);
        this.#windows.log.end(by, over);
        account.own.end(id, over);
        reportSoon();
      },
      cancel: () => {
        this.#windows.log.cancel(by);
        account.own.drop(id);
        reportSoon();
      },
    };
  }
}
