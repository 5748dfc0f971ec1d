import { setTimeout as sleep } from 'node:timers/promises';
import type { Priority } from '../client/call-options.ts';
import type { RedisClient } from '../redis/redis-connection.ts';
import { type AccountLimits, STRAGGLING_MS } from './account-limits.ts';
import type { AccountWindows } from './account-windows.ts';
import type { CallAllocator, Demand, Reservation } from './call-allocator.ts';
import type { CountedCall } from './own-calls.ts';
import { rateNotice } from './rate-notice.ts';
import { SharedAccount, TIMES } from './shared-account.ts';

/** How old what is known may be before somebody who waits asks again, and how long that is at most, in milliseconds. */
const LOOK_AFTER_MS = 100;
const LONGEST_WAIT_MS = 1000;

/**
 * Replicas that wait for the same place come at random, later by so many milliseconds divided by their callers on
 * average: so every caller has the same chance. Background calls come after them.
 */
const TURN_MS = 40;
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
}

/**
 * The calls of all replicas, in Redis. The rules are applied here, to the calls that Redis knows, and Redis gives a place
 * only if that leaves out no call. While Redis is away, or late, or gives no places yet, this process goes on with its
 * part of what was left, and reports it when Redis is back.
 */
export class RedisCallAllocator implements CallAllocator, AsyncDisposable {
  readonly #options: RedisCallAllocatorOptions;
  readonly #times: typeof TIMES;
  readonly #account: SharedAccount;
  readonly #beat: NodeJS.Timeout;
  /** The rules of this process's part, while it goes on alone. */
  #alone: AccountWindows | undefined;
  /** When places are given, as far as is known; at the start Redis is given time to say so. */
  #opensAt = performance.now();
  #soon: NodeJS.Immediate | undefined;
  #hasLeft = false;

  constructor(options: RedisCallAllocatorOptions) {
    const { client, account, limits, replicas, times = TIMES } = options;
    this.#options = options;
    this.#times = times;
    this.#account = new SharedAccount(client, account, limits, replicas, times);
    this.#alone = this.#account.part();
    client.on('close', this.#lose).on('ready', this.#reportSoon);
    this.#beat = setInterval(this.#reportSoon, times.beatMs).unref();
    this.#reportSoon();
  }

  get windows(): AccountWindows {
    return this.#alone ?? this.#account.whole;
  }

  take(priority: Priority, demand: Demand): ReturnType<CallAllocator['take']> {
    if (this.#hasLeft) return Number.POSITIVE_INFINITY;
    const now = performance.now();
    const wait = this.windows.sentIn(1, priority, Number.POSITIVE_INFINITY);
    if (this.#alone) {
      const { quietMs, answerMs } = this.#times;
      const isQuiet = now >= this.#opensAt - quietMs && now < this.#opensAt + answerMs;
      if (isQuiet) this.#reportSoon();
      return isQuiet ? LOOK_AFTER_MS : wait > 0 ? wait : [this.#takeAlone(this.#alone)];
    }
    const turn = this.#turn(priority, demand);
    // Others may have had their answers meanwhile, which only Redis can tell.
    const mayLook = now - this.#account.seenAt > LOOK_AFTER_MS && turn < wait;
    return wait <= this.#account.roundTripMs || mayLook ? this.#ask(priority, demand) : turn;
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

  #takeAlone(alone: AccountWindows): Reservation {
    const { own } = this.#account;
    const place = { id: own.newId(), countedBy: alone.begin() };
    own.begin(place);
    this.#reportSoon();
    return this.#reservation(place);
  }

  /** Asks for places for those who wait; without any that the rules would give, what is known is new afterwards. */
  async #ask(priority: Priority, demand: Demand): Promise<Reservation[] | number> {
    const { own, whole, hasOthers, roundTripMs } = this.#account;
    const askedAt = performance.now();
    // The answer takes a while: places that fall free until then are asked for already.
    const ready = whole.readyWithin(roundTripMs, this.#options.limits.perSecond, priority);
    // One at a time where other replicas may wait.
    const wanted = Array.from({ length: Math.min(ready, hasOthers ? 1 : demand.calls) }, () => own.newId());
    const given = await this.#exchange(wanted, ready);
    const earlyMs = askedAt + roundTripMs - performance.now();
    if (given.length > 0 && earlyMs > 0) await sleep(earlyMs);
    const isUsable = !this.#alone && !this.#hasLeft && this.#account.isInTime(askedAt);
    if (isUsable && given.length > 0) return given.map((place) => this.#reservation(place));
    // Whether an answer that did not come gave places, nobody knows.
    if (!isUsable) for (const id of wanted) own.drop(id);
    // Others were quicker, or there was news; there may be places still.
    return this.take(priority, demand);
  }

  /** When to ask again, if answers come as soon as they do in most cases. */
  #turn(priority: Priority, { callers }: Demand): number {
    const wait = this.windows.sentIn(1, priority, LOOK_AFTER_MS) - this.#account.roundTripMs;
    const soonest = Math.max(1, Math.min(LONGEST_WAIT_MS, wait));
    if (!this.#account.hasOthers) return soonest;
    const turnMs = (-Math.log(1 - Math.random()) * TURN_MS) / Math.max(1, callers);
    return soonest + turnMs + (priority === 'background' ? BACKGROUND_TURN_MS : 0);
  }

  #reservation({ id, countedBy }: CountedCall): Reservation {
    const { own } = this.#account;
    const sentAt = performance.now();
    return {
      settle: (answer) => {
        const notice = answer && rateNotice(answer, this.#options.limits);
        if (answer && notice?.kind !== 'crowded') this.windows.answered(sentAt);
        // How much is left of the whole account says nothing about this process's part.
        const isOfPart = notice && !(this.#alone && notice.kind === 'left');
        const word = isOfPart && this.#alone?.wordOf(notice, sentAt);
        if (word) this.#alone?.hear(word);
        if (isOfPart) this.#account.learn(notice, sentAt);
        const over = performance.now() + (answer ? 0 : STRAGGLING_MS);
        this.windows.log.end(countedBy, over);
        own.end(id, over);
        this.#reportSoon();
      },
      cancel: () => {
        this.windows.log.cancel(countedBy);
        own.drop(id);
        this.#reportSoon();
      },
    };
  }

  /** Reports what is new, or lets it go with a question that is asked in this moment. */
  readonly #reportSoon = (): void => {
    if (this.#options.client.status === 'ready') this.#soon ??= setImmediate(() => void this.#exchange());
  };

  /** One round trip, which finds out whether this process shares the account. Never rejects. */
  async #exchange(wanted: readonly string[] = [], ready = 0): Promise<readonly CountedCall[]> {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const isWhole = this.#alone !== undefined;
    try {
      const { given, opensAt, isOpen, isNewLog } = await this.#account.exchange(isWhole, wanted, ready);
      if (this.#account.hasWords) this.#reportSoon();
      // A new log may lack calls that were reported to an old one.
      if (!isOpen || (isNewLog && !isWhole)) this.#goAlone(opensAt);
      else if (isWhole) this.#share();
      return given;
    } catch {
      this.#lose();
      return [];
    }
  }

  #share(): void {
    if (!this.#alone) return;
    this.#alone = undefined;
    this.#options.onChange?.('shared');
  }

  readonly #lose = (): void => this.#goAlone(Number.POSITIVE_INFINITY);

  #goAlone(opensAt: number): void {
    this.#opensAt = opensAt;
    if (this.#alone) return;
    this.#alone = this.#account.part();
    this.#options.onChange?.('alone');
    this.#reportSoon();
  }
}
