import { atDeadline } from '../client/call-deadline.ts';
import type { CallOptions, SharedCallOptions } from '../client/call-options.ts';
import { CallStatistics } from '../client/call-statistics.ts';

/**
 * One call that several wait for. It goes on for as long as anybody does: it has the latest of their deadlines, and
 * is aborted when the last of them leaves. Whoever leaves earlier takes nothing from the others.
 */
export class SharedCall<Result> {
  readonly #options: SharedCallOptions;
  readonly #everybodyLeft = new AbortController();
  readonly #waiters = new Set<Waiter<Result>>();
  readonly #startedAt = performance.now();
  readonly #statistics = new CallStatistics();
  #deadline = Number.NEGATIVE_INFINITY;
  #isOver = false;
  #isPaid = false;

  constructor(options: SharedCallOptions) {
    this.#options = options;
  }

  /** Whether nobody can join any more: it has ended, or everybody has left. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether its turn has come; from then on it waits for nothing but the API. */
  get hadItsTurn(): boolean {
    const { calls, waitedMs } = this.#statistics.of(this.#options.api);
    return calls > 0 || waitedMs > 0;
  }

  /** Does the work for all who wait, until the last of their deadlines. The call belongs to whoever joined first. */
  run(work: (callOptions: CallOptions) => Promise<Result>): void {
    const [first] = this.#waiters;
    if (!first) return;
    const latest = () => this.#deadline;
    const callOptions: CallOptions = {
      signal: this.#everybodyLeft.signal,
      caller: first.callOptions.caller,
      priority: first.callOptions.priority,
      statistics: this.#statistics,
      get deadline() {
        return Number.isFinite(latest()) ? latest() : undefined;
      },
    };
    work(callOptions).then(
      (result) => this.#end(({ done }) => done.resolve(result)),
      (error: unknown) => this.#end(({ done }) => done.reject(error)),
    );
  }

  /** Waits for the result, as long as these options allow. */
  join(callOptions: CallOptions): Promise<Result> {
    const waiter = new Waiter<Result>(callOptions, (reason) => this.#leave(waiter, reason));
    // The call itself ends at the latest deadline: only those with an earlier one need a timer of their own.
    if (this.#waiters.size > 0 && waiter.deadline !== this.#deadline) {
      if (waiter.deadline < this.#deadline) this.#watch(waiter);
      else for (const earlier of this.#waiters) this.#watch(earlier);
    }
    this.#deadline = Math.max(this.#deadline, waiter.deadline);
    this.#waiters.add(waiter);
    waiter.leaveOnAbort();
    return waiter.done.promise;
  }

  #watch(waiter: Waiter<Result>): void {
    waiter.watch(() => this.#options.overdue(this.#startedAt, this.hadItsTurn));
  }

  #leave(waiter: Waiter<Result>, reason: unknown): void {
    this.#charge(waiter);
    this.#waiters.delete(waiter);
    waiter.release();
    waiter.done.reject(reason);
    if (this.#waiters.size > 0 || this.#isOver) return;
    this.#isOver = true;
    this.#everybodyLeft.abort(reason);
  }

  #end(tell: (waiter: Waiter<Result>) => void): void {
    this.#isOver = true;
    for (const waiter of this.#waiters) {
      this.#charge(waiter);
      waiter.release();
      tell(waiter);
    }
    this.#waiters.clear();
  }

  /** One operation pays for the call, all have waited for it. */
  #charge({ callOptions, joinedAt }: Waiter<Result>): void {
    const { calls, waitedMs } = this.#statistics.of(this.#options.api);
    const isPaid = this.#isPaid;
    // Also by one that does not count: it is not for the next to pay.
    this.#isPaid ||= calls > 0;
    const statistics = callOptions.statistics?.of(this.#options.api);
    if (!statistics) return;
    if (!isPaid) statistics.calls += calls;
    statistics.waitedMs += Math.min(waitedMs, performance.now() - joinedAt);
  }
}

/** Somebody who waits for a shared call, until it ends or the waiter leaves. */
class Waiter<Result> {
  readonly callOptions: CallOptions;
  readonly deadline: number;
  readonly joinedAt = performance.now();
  readonly done = Promise.withResolvers<Result>();
  readonly #leave: (reason: unknown) => void;
  #stopTimer: (() => void) | undefined;

  constructor(callOptions: CallOptions, leave: (reason: unknown) => void) {
    this.callOptions = callOptions;
    this.deadline = callOptions.deadline ?? Number.POSITIVE_INFINITY;
    this.#leave = leave;
  }

  /** Leaves when its signal says so. */
  leaveOnAbort(): void {
    const { signal } = this.callOptions;
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
  }

  /** Leaves at its own deadline. */
  watch(overdue: () => Error): void {
    this.#stopTimer ??= atDeadline(this, () => this.#leave(overdue()));
  }

  release(): void {
    this.callOptions.signal?.removeEventListener('abort', this.#abort);
    this.#stopTimer?.();
  }

  readonly #abort = (): void => this.#leave(this.callOptions.signal?.reason);
}
