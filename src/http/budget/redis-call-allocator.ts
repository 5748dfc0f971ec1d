import type { Redis } from 'ioredis';
import type { Priority } from '../client/call-options.ts';
import { within } from '../redis/timeout.ts';
import { type AccountLimits, SPANS, STRAGGLING_MS } from './account-limits.ts';
import { AccountView } from './account-view.ts';
import { AnswerTimes } from './answer-times.ts';
import type { AccountRoom, AnswerHead, CallAllocator, Forecast, Reservation } from './call-allocator.ts';
import type { LocalCallAllocator } from './local-call-allocator.ts';
import { OwnCalls } from './own-calls.ts';
import { rateNotice } from './rate-notice.ts';
import { type AccountState, type ReplicaTimes, SharedLog } from './shared-log.ts';
import { type Marks, sharedNotice } from './shared-notice.ts';

const TIMES: ReplicaTimes = { heartbeatMs: 250, answerMs: 500, absentMs: 800, openingMs: 2000 };

export interface RedisCallAllocatorOptions {
  client: Redis;
  /** What the keys of the account begin with: nobody must be able to tell the credential from it. */
  account: string;
  limits: AccountLimits;
  times?: ReplicaTimes;
  /** Called when this process begins to share the account with other replicas, and when it goes on alone. */
  onChange?: (mode: 'shared' | 'alone', replicas: number) => void;
}

const SAYS_NOTHING: AnswerHead = { status: 200, headers: {} };

/** When Redis may be asked again for a call of each priority, and whether an answer that comes earlier changes that. */
const AT_ONCE = {
  interactive: Number.NEGATIVE_INFINITY,
  background: Number.NEGATIVE_INFINITY,
  isForAnswer: false,
};

/** How a call is settled. */
interface Origin {
  /** The place in this process's own log, if Redis did not give it. */
  own?: Reservation;
  era: number;
  marks?: Marks;
}

/**
 * The calls of all replicas, in Redis. When Redis is away or late, this process goes on with its share of the places
 * that fall free, as soon as no other replica can count on them, and counts all that went before; it shares again as
 * soon as Redis knows what was sent without it.
 */
export class RedisCallAllocator implements CallAllocator, AsyncDisposable {
  readonly #options: RedisCallAllocatorOptions;
  readonly #times: ReplicaTimes;
  readonly #calls: OwnCalls;
  readonly #shared: SharedLog;
  readonly #view: AccountView;
  readonly #answerTimes = new AnswerTimes();
  readonly #heartbeat: NodeJS.Timeout;
  /** Set while this process goes on alone. */
  #alone: LocalCallAllocator | undefined;
  /** What Redis said last about it. */
  #askAgain = AT_ONCE;
  /** Whether every call is reported to Redis, so that its log is complete. */
  #isReporting = false;
  #isBeating = false;
  #hasLeft = false;
  #opening: NodeJS.Timeout | undefined;

  constructor(options: RedisCallAllocatorOptions) {
    const { client, account, limits, times = TIMES } = options;
    const { minuteMs, minuteMarginMs } = limits.spans ?? SPANS;
    this.#options = options;
    this.#times = times;
    this.#calls = new OwnCalls(minuteMs + minuteMarginMs);
    this.#shared = new SharedLog({ client, account, replica: this.#calls.replica, limits, times });
    this.#view = new AccountView(this.#calls.replica, limits, this.#answerTimes);
    this.#goAlone();
    client.on('close', this.#lost).on('ready', this.#beat);
    this.#heartbeat = setInterval(this.#beat, times.heartbeatMs).unref();
    this.#beat();
  }

  take(priority: Priority, callers = 1): Reservation | number | Promise<Reservation | number> {
    if (this.#hasLeft) return Number.POSITIVE_INFINITY;
    if (this.#alone) return this.#takeAlone(this.#alone, priority);
    return this.#reportedWait(priority) || this.#takeShared(priority, callers);
  }

  forecast(nth: number, priority: Priority): Forecast {
    if (this.#alone) return this.#alone.forecast(nth, priority);
    const { sentIn, answeredIn } = this.#view.forecast(nth, priority);
    const late = Math.max(0, this.#reportedWait(priority) - sentIn);
    return { sentIn: sentIn + late, answeredIn: answeredIn + late };
  }

  room(): AccountRoom {
    return (this.#alone ?? this.#view).room();
  }

  /** Leaves the other replicas this one's share, and gives no place from then on. The connection is not its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasLeft = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#opening);
    this.#options.client.off('close', this.#lost).off('ready', this.#beat);
    if (this.#isReporting) await within(this.#times.answerMs, this.#shared.leave()).catch(() => {});
  }

  #reportedWait = (priority: Priority) => Math.max(0, this.#askAgain[priority] - performance.now());

  async #takeShared(priority: Priority, callers: number): Promise<Reservation | number> {
    const id = this.#calls.ask();
    const askedAt = performance.now();
    try {
      const taken = await within(this.#times.answerMs, this.#shared.take(id, priority, callers));
      this.#view.heard();
      if (taken.kind === 'taken') {
        // After such a silence this replica counts as gone: the place may be another's by now.
        if (performance.now() - askedAt >= this.#times.absentMs) return this.#giveBack(id);
        this.#view.sent();
        this.#alone?.countCalls([performance.now()]);
        return this.#reservation(id, taken);
      }
      this.#calls.drop(id);
      if (taken.kind !== 'closed') {
        const until = performance.now() + taken.ms;
        // Background calls come after interactive ones, and not the other way round.
        const interactive = priority === 'interactive' ? until : AT_ONCE.interactive;
        this.#askAgain = { interactive, background: until, isForAnswer: taken.kind === 'answer' };
        return taken.ms;
      }
      this.#lost();
    } catch {
      // If Redis has given the place after all, the next heartbeat gives it back.
      this.#calls.drop(id);
      this.#lost();
    }
    return this.take(priority, callers);
  }

  #takeAlone(alone: LocalCallAllocator, priority: Priority): Reservation | number {
    const own = alone.take(priority);
    if (typeof own === 'number') return own;
    const id = this.#calls.ask();
    if (this.#isReporting) this.#report(this.#shared.record(id));
    return this.#reservation(id, { own, era: -1 });
  }

  #reservation(id: string, { own, era, marks }: Origin): Reservation {
    const begunAt = performance.now();
    this.#calls.begin(id);
    return {
      settle: (answer) => {
        const over = performance.now();
        const stragglingMs = answer ? 0 : STRAGGLING_MS;
        this.#calls.end(id, over + stragglingMs);
        const notice = answer && rateNotice(answer, this.#options.limits);
        if (notice?.kind === 'pause') this.#pauseUntil(over + notice.ms);
        // How much is left of the whole account says nothing about this replica's share.
        if (own) own.settle(notice?.kind === 'left' ? SAYS_NOTHING : answer);
        else if (answer) this.#answerTimes.learn(over - begunAt);
        if (this.#askAgain.isForAnswer) this.#askAgain = AT_ONCE;
        if (!this.#isReporting) return;
        this.#report(this.#shared.settle(id, stragglingMs, era, sharedNotice(notice, marks)));
      },
      cancel: () => {
        own?.cancel();
        this.#giveBack(id);
      },
    };
  }

  /** Returns when to ask again. */
  #giveBack(id: string): number {
    this.#calls.drop(id);
    this.#askAgain = AT_ONCE;
    if (this.#isReporting) this.#report(this.#shared.cancel(id));
    return 1;
  }

  /** Nobody waits for it: what does not arrive is brought when this process joins again. */
  #report(telling: Promise<void>): void {
    telling.catch(this.#lost);
  }

  #pauseUntil(at: number): void {
    this.#view.pauseUntil(at);
    this.#alone?.pauseUntil(at);
  }

  /** Perhaps Redis is still there for the others: they first have to notice that this one is gone. */
  readonly #lost = (): void => {
    this.#isReporting = false;
    if (!this.#hasLeft) this.#goAlone(this.#times.absentMs);
  };

  #goAlone(silenceMs = 0): void {
    if (this.#alone) return;
    this.#alone = this.#view.aloneLog(silenceMs);
    this.#askAgain = AT_ONCE;
    this.#options.onChange?.('alone', this.#view.share.parts);
  }

  /** Says that this process is there, and learns what it would have to know without Redis. */
  readonly #beat = async (): Promise<void> => {
    if (this.#isBeating || this.#options.client.status !== 'ready') return;
    this.#isBeating = true;
    try {
      const asked = this.#isReporting ? this.#shared.sync(this.#calls.underWay()) : this.#join();
      const state = await within(this.#times.answerMs, asked);
      if (state) this.#use(state);
      else this.#lost();
    } catch {
      this.#lost();
    } finally {
      this.#isBeating = false;
    }
  };

  async #join(): Promise<AccountState | undefined> {
    const run = await this.#shared.open();
    const now = performance.now();
    const pausedMs = Math.max(0, this.#view.pausedUntil - now);
    const known = { pausedMs, peers: this.#view.peers, ages: this.#calls.ages(now) };
    // From here on every call is reported right after what stands in there.
    this.#isReporting = true;
    return this.#shared.join(run, this.#calls.underWay(), known);
  }

  #use(state: AccountState): void {
    const before = this.#view.share.parts;
    this.#view.see(state);
    if (state.openInMs > 0) {
      this.#goAlone();
      // All replicas begin to share at the same moment.
      clearTimeout(this.#opening);
      this.#opening = setTimeout(this.#beat, state.openInMs);
    } else {
      const { parts } = this.#view.share;
      if (this.#alone || parts !== before) this.#options.onChange?.('shared', parts);
      this.#alone = undefined;
    }
  }
}
