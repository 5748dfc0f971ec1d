import type { Priority } from '../client/call-options.ts';
import { type AccountLimits, SPANS, STRAGGLING_MS } from './account-limits.ts';
import type { AnswerTimes } from './answer-times.ts';
import type { AccountRoom, Forecast } from './call-allocator.ts';
import { LocalCallAllocator } from './local-call-allocator.ts';
import { limitsOf, parallelOf, portionOf, type Share } from './share.ts';
import type { AccountState } from './shared-log.ts';

/**
 * How many replicas there may be when Redis was never reached. With more of them, and no Redis since their start, the
 * account's limits can be exceeded.
 */
const ASSUMED_REPLICAS = 4;

/** What one replica knows of a shared account: what Redis said last, and what it did itself since. */
export class AccountView {
  readonly #replica: string;
  readonly #limits: AccountLimits;
  readonly #answerTimes: AnswerTimes;
  #replicas: readonly string[] | undefined;
  #callersElsewhere = 0;
  /** When the calls of all replicas were over; `Infinity` for those under way when they were last heard of. */
  #overAt: number[] = [];
  #seenAt = performance.now();
  #heardAt = this.#seenAt;
  #log: LocalCallAllocator;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(replica: string, limits: AccountLimits, answerTimes: AnswerTimes) {
    this.#replica = replica;
    this.#limits = limits;
    this.#answerTimes = answerTimes;
    this.#log = this.#newLog();
  }

  see({ replicas, callersElsewhere, ages, pausedMs }: AccountState): void {
    const now = performance.now();
    this.#replicas = replicas;
    this.#callersElsewhere = callersElsewhere;
    this.#seenAt = now;
    this.#heardAt = now;
    this.#overAt = ages.map((age) => (age < 0 ? Number.POSITIVE_INFINITY : now - age));
    this.#log = this.#newLog();
    this.#log.countCalls(this.#overAt.map((at) => Math.min(at, now)));
    this.pauseUntil(now + pausedMs);
  }

  /** Redis answered, so the others know that this replica is there. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** A call of this replica has got a place. */
  sent(): void {
    this.#overAt.push(Number.POSITIVE_INFINITY);
    this.#log.countCalls([performance.now()]);
  }

  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  pauseUntil(at: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, at);
    this.#log.pauseUntil(this.#pausedUntil);
  }

  /** The other replicas. */
  get peers(): readonly string[] {
    return (this.#replicas ?? []).filter((name) => name !== this.#replica);
  }

  /** This replica's part of the account, if all have equal ones. */
  get share(): Share {
    const names = this.#replicas?.toSorted();
    if (!names) return { parts: ASSUMED_REPLICAS, part: 0 };
    return { parts: Math.max(1, names.length), part: Math.max(0, names.indexOf(this.#replica)) };
  }

  /**
   * What this replica may call without the others: its share of the places that are free, or fall free from now on, as
   * soon as it has not been heard of for `silenceMs`.
   */
  aloneLog(silenceMs = 0): LocalCallAllocator {
    const { share } = this;
    const log = new LocalCallAllocator(limitsOf(this.#limits, share.parts), {
      answerTimes: this.#answerTimes,
      mostAtOnce: parallelOf(share.parts),
    });
    const now = performance.now();
    const silentUntil = this.#heardAt + silenceMs;
    log.countCalls(portionOf([...this.#heldAt(now), ...this.#unseen(silentUntil)], share));
    // One after another, or all would be silent at the same time.
    const turnMs = ((this.#limits.spans ?? SPANS).secondMs * share.part) / share.parts;
    log.pauseUntil(Math.max(this.#pausedUntil, now + turnMs, silentUntil));
    return log;
  }

  forecast(nth: number, priority: Priority): Forecast {
    // Replicas take turns by their callers, and one that did not wait goes first.
    const between = nth === 1 ? 0 : this.#callersElsewhere;
    return this.#log.forecast(nth + between, priority);
  }

  room(): AccountRoom {
    return this.#log.room();
  }

  /** When the calls of all replicas that hold places were, or may have been, over. */
  #heldAt(now: number): number[] {
    const known = this.#overAt.map((at) => Math.min(at, now + STRAGGLING_MS));
    return known.filter((at) => at + this.#minuteMs > now);
  }

  /** The calls that others may send after they were last heard of and until then, as many as Redis would let them. */
  #unseen(until: number): number[] {
    if (this.peers.length === 0) return [];
    const { perSecond, spans = SPANS } = this.#limits;
    const seconds = Math.ceil((until - this.#seenAt) / spans.secondMs);
    const unseen: number[] = [];
    while (unseen.length < seconds * perSecond && this.#fits(unseen.length + 1, until)) unseen.push(until);
    return unseen;
  }

  /** Whether so many calls could be sent until then. */
  #fits(calls: number, until: number): boolean {
    return this.#log.forecast(calls, 'interactive').sentIn <= Math.max(0, until - performance.now());
  }

  get #minuteMs(): number {
    const { minuteMs, minuteMarginMs } = this.#limits.spans ?? SPANS;
    return minuteMs + minuteMarginMs;
  }

  #newLog(): LocalCallAllocator {
    return new LocalCallAllocator(this.#limits, { answerTimes: this.#answerTimes });
  }
}
