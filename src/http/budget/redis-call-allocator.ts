import { setTimeout as sleep } from 'node:timers/promises';
import type { Priority } from '../client/call-options.ts';
import type { RedisClient, WriteObserver } from '../redis/redis-connection.ts';
import { type AccountLimits, type RateNotice, SPANS } from './account-limits.ts';
import { AccountWindows, type CallAllocator, type Demand, type Reservation, type Word } from './account-windows.ts';
import { SharedLog, TIMES } from './shared-log.ts';

/** How old what is known may be before somebody who waits asks again, and how long that is at most, in milliseconds. */
const LOOK_AFTER_MS = 100;
const LONGEST_WAIT_MS = 1000;

/** Replicas that wait for one place come at random, after so many ms on average; those with more callers sooner. */
const TURN_MS = 10;
const BACKGROUND_TURN_MS = 100;

export interface RedisCallAllocatorOptions {
  client: RedisClient;
  /** What the keys of the account begin with: nobody must be able to tell the credential from it. */
  account: string;
  limits: AccountLimits;
  /** How many replicas there may be: each has an equal part while Redis is away. */
  replicas: number;
  times?: typeof TIMES;
  /** Called when this process begins to share the account, and when it goes on alone; it begins alone. */
  onChange?: (mode: 'shared' | 'alone') => void;
  saw?: WriteObserver;
}

/**
 * The calls of all replicas, in Redis. The rules are applied here, to the calls that Redis knows, and Redis gives a place
 * only if that leaves out no call. While Redis is away, or late, or gives no places yet, this process goes on with its
 * part of what was left, as if all others did the same, and reports it when Redis is back.
 */
export class RedisCallAllocator implements CallAllocator, AsyncDisposable {
  readonly windows: AccountWindows;
  readonly #options: RedisCallAllocatorOptions;
  readonly #times: typeof TIMES;
  readonly #log: SharedLog;
  readonly #beat: NodeJS.Timeout;
  #isAlone = true;
  /** When places are given, as far as is known; at the start Redis is given time to say so. */
  #opensAt = performance.now();
  /** Whether others have called lately, and how many callers wait there. */
  #others = { areThere: false, waiting: 0 };
  /** How many callers waited here at that time. */
  #waiting = { callers: 0, at: Number.NEGATIVE_INFINITY };
  /** What answers said, to be understood when all calls are known that were sent before them. */
  readonly #notices: [notice: RateNotice, sentAt: number][] = [];
  readonly #words: Word[] = [];
  #soon: NodeJS.Immediate | undefined;
  #asking: Promise<unknown> = Promise.resolve();
  #hasLeft = false;

  constructor(options: RedisCallAllocatorOptions) {
    const { client, account, limits, replicas, times = TIMES } = options;
    this.#options = options;
    this.#times = times;
    this.#log = new SharedLog(client, account, limits, times);
    this.windows = new AccountWindows(limits, {
      learn: (notice, sentAt) => {
        if (notice.kind !== 'left') this.#tell(this.windows.wordOf(notice, sentAt));
        // How much is left of the account says nothing while others are not seen.
        else if (!this.#isAlone) this.#notices.push([notice, sentAt]);
      },
      // Nobody else waits for the news.
      changed: () => this.#others.areThere && this.#reportSoon(),
    });
    this.windows.parts = replicas;
    client.on('close', this.#lose).on('ready', this.#reportSoon);
    this.#beat = setInterval(this.#reportSoon, times.beatMs).unref();
    this.#reportSoon();
  }

  take(priority: Priority, demand: Demand): ReturnType<CallAllocator['take']> {
    if (this.#hasLeft) return Number.POSITIVE_INFINITY;
    const now = performance.now();
    this.#waiting = { callers: demand.callers, at: now };
    if (this.#isAlone) {
      const { quietMs, answerMs } = this.#times;
      if (now < this.#opensAt - quietMs || now >= this.#opensAt + answerMs) return this.windows.take(priority);
      this.#reportSoon();
      return LOOK_AFTER_MS;
    }
    const wait = this.windows.sentIn(1, priority, Number.POSITIVE_INFINITY);
    const turn = this.#turn(priority, demand);
    // Others may have had their answers meanwhile, which only Redis can tell.
    const mayLook = now - this.#log.seenAt > LOOK_AFTER_MS && turn < wait;
    return wait <= this.#log.roundTripMs || mayLook ? this.#ask(priority, demand) : turn;
  }

  /** Gives no place from then on, and reports no more. Calls under way end by themselves. The connection is not its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { client } = this.#options;
    this.#hasLeft = true;
    clearInterval(this.#beat);
    client.off('close', this.#lose).off('ready', this.#reportSoon);
    if (client.status === 'ready') await this.#exchange();
    clearImmediate(this.#soon);
  }

  /** Asks for places for those who wait; without any that the rules would give, what is known is new afterwards. */
  async #ask(priority: Priority, demand: Demand): Promise<Reservation[] | number> {
    const { askedAt, places } = await this.#exchange(priority, demand.calls);
    // Some fall free only when the answer usually comes.
    const earlyMs = askedAt + this.#log.roundTripMs - performance.now();
    if (places.length > 0 && earlyMs > 0) await sleep(earlyMs);
    const isUsable = !this.#isAlone && !this.#hasLeft && this.#log.isInTime(askedAt);
    if (isUsable && places.length > 0) return places;
    for (const place of places) place.cancel();
    // Others were quicker, or there was news; there may be places still.
    return this.take(priority, demand);
  }

  /** When to ask again, if answers come as soon as they do in most cases. */
  #turn(priority: Priority, { callers }: Demand): number {
    const wait = this.windows.sentIn(1, priority, LOOK_AFTER_MS) - this.#log.roundTripMs;
    const soonest = Math.max(1, Math.min(LONGEST_WAIT_MS, wait));
    if (!this.#others.areThere) return soonest;
    const turnMs = (-Math.log(1 - Math.random()) * TURN_MS * (callers + this.#others.waiting)) / Math.max(1, callers);
    return soonest + turnMs + (priority === 'background' ? BACKGROUND_TURN_MS : 0);
  }

  /** Heeds it here, and tells the others. */
  #tell(word: Word | undefined): void {
    if (!word) return;
    this.windows.hear(word);
    this.#words.push(word);
    this.#reportSoon();
  }

  /** Reports what is new, or lets it go with a question that is asked in this moment. */
  readonly #reportSoon = (): void => {
    if (this.#options.client.status === 'ready') this.#soon ??= setImmediate(() => void this.#exchange());
  };

  /** Each replaces what the log has of this replica, so it waits for places that were asked for to be known. */
  #exchange(priority?: Priority, calls = 0) {
    const exchange = this.#asking.then(() => this.#exchangeNow(priority, calls));
    if (priority) this.#asking = exchange;
    return exchange;
  }

  /** One round trip, which finds out whether this process shares the account. Never rejects. */
  async #exchangeNow(priority: Priority | undefined, calls: number) {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const { windows } = this;
    const askedAt = performance.now();
    // Redis was lost since: nobody waits for it any more.
    if (priority && this.#isAlone) return { askedAt, places: [] };
    const { roundTripMs } = this.#log;
    const notices = this.#notices.splice(0);
    if (this.#isAlone && windows.pausedMs > 0) this.#words.push({ kind: 'pause', ms: windows.pausedMs });
    // The answer takes a while: places that fall free until then are asked for already.
    const ready = priority ? windows.readyWithin(roundTripMs, this.#options.limits.perSecond, priority) : 0;
    try {
      const seen = await this.#log.exchange({
        calls: windows.log.own,
        isAlone: this.#isAlone,
        words: this.#words.splice(0),
        waiting: askedAt - this.#waiting.at < LONGEST_WAIT_MS ? this.#waiting.callers : 0,
        // One at a time where other replicas may wait.
        wanted: Math.min(ready, this.#others.areThere ? 1 : calls),
        ready,
      });
      this.#options.saw?.();
      // Until all have reported, the calls that stand for theirs count.
      if (seen.isOpen) windows.log.others = seen.others;
      this.#others = { areThere: seen.others.length > 0, waiting: seen.waiting };
      windows.sentAt(seen.sentAt);
      // An answer that comes early is waited for.
      const sentAt = Math.max(performance.now(), askedAt + roundTripMs);
      const places = Array.from({ length: seen.given }, () => windows.begin(sentAt));
      for (const word of seen.words) windows.hear(word);
      for (const notice of notices) this.#tell(windows.wordOf(...notice));
      if (!seen.isOpen) this.#goAlone(seen.opensAt);
      else if (this.#isAlone) {
        this.#isAlone = false;
        windows.parts = 1;
        this.#options.onChange?.('shared');
      }
      return { askedAt, places };
    } catch (error) {
      this.#options.saw?.(error);
      this.#lose();
      return { askedAt, places: [] };
    }
  }

  readonly #lose = (): void => this.#goAlone(Number.POSITIVE_INFINITY);

  #goAlone(opensAt: number): void {
    this.#opensAt = opensAt;
    if (this.#isAlone) return;
    const { limits, replicas, onChange } = this.#options;
    this.#isAlone = true;
    this.windows.parts = replicas;
    // What others may have sent since, as far as the limits let them.
    const now = performance.now();
    const seconds = Math.ceil((now - this.#log.seenAt) / (limits.spans ?? SPANS).secondMs);
    const unseen = replicas > 1 ? Math.min(this.windows.room().minute.left, seconds * limits.perSecond) : 0;
    this.windows.log.add(Array<number>(unseen).fill(now));
    onChange?.('alone');
    this.#reportSoon();
  }
}
