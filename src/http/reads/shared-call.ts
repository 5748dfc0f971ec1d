import { atDeadline } from '../client/call-deadline.ts';
import type { CallOptions, Owner, Served } from '../client/call-options.ts';
import { UpstreamError } from '../client/upstream-error.ts';

/** Somebody who waits for a shared call, or has left it. */
export interface Waiter<Result> extends Served {
  readonly options: CallOptions;
  readonly deadline: number;
  readonly done: PromiseWithResolvers<Result>;
  /** Leaves when its signal says so. */
  readonly abort: () => void;
  stopTimer?: () => void;
  isWaiting: boolean;
  /** Whether the call is made for it: it waits, or left when the call had its turn already. */
  isServed: boolean;
}

/**
 * One call that several wait for. It goes on for as long as anybody does: it has the latest of their deadlines, and
 * is aborted when the last of them leaves. Whoever leaves earlier takes nothing from the others.
 */
export class SharedCall<Result> {
  readonly #overdue: (startedAt: number, hadItsTurn: boolean) => Error;
  readonly #everybodyLeft = new AbortController();
  /** All who have joined, in their order. */
  readonly #waiters = new Map<CallOptions, Waiter<Result>>();
  readonly #startedAt = performance.now();
  readonly #joins = new Set<(owner: Owner) => void>();
  #deadline = Number.NEGATIVE_INFINITY;
  /** Whether its turn has come; from then on it waits for nothing but the API. */
  hadItsTurn = false;
  /** Whether nobody can join any more: it has ended, or everybody has left. */
  isOver = false;

  /**
   * `overdue` makes the error for one whose deadline passes while others go on waiting for the call, which began at
   * `startedAt`, in `performance.now()` milliseconds.
   */
  constructor(overdue: (startedAt: number, hadItsTurn: boolean) => Error) {
    this.#overdue = overdue;
  }

  /** Whether several have had a part in it, be it that all but one have left. */
  get isShared(): boolean {
    return this.#waiters.size > 1;
  }

  /** Whose call it is: the first of those who wait. */
  get owner(): CallOptions | undefined {
    return this.#waiters.values().find(({ isWaiting }) => isWaiting)?.options;
  }

  /** Those who wait, in their order. */
  get waiting(): Waiter<Result>[] {
    return [...this.#waiters.values()].filter(({ isWaiting }) => isWaiting);
  }

  /** Does the work for all who wait, until the last of their deadlines. */
  async run(work: (callOptions: CallOptions) => Promise<Result>): Promise<void> {
    const { owner } = this;
    if (!owner) return;
    const { caller, operation, priority, repeats, allowance } = owner;
    const latest = () => (Number.isFinite(this.#deadline) ? this.#deadline : undefined);
    const callOptions: CallOptions = {
      ...{ caller, operation, priority, repeats, signal: this.#everybodyLeft.signal },
      get deadline() {
        return latest();
      },
      onJoin: (joined) => {
        for (const { options } of this.waiting) joined(options);
        this.#joins.add(joined);
        return () => this.#joins.delete(joined);
      },
      // One who waits may wait for others.
      serves: () => {
        const served = [...this.#waiters.values()].filter(({ isServed }) => isServed);
        return served.flatMap((waiter) => waiter.options.serves?.() ?? [waiter]);
      },
      onTurn: () => {
        this.hadItsTurn = true;
      },
      // Anybody who waits may pay: nobody's call is refused because the one who asked first has none left.
      allowance: {
        limit: allowance?.limit ?? Number.POSITIVE_INFINITY,
        take: () => this.waiting.some(({ options }) => options.allowance?.take() ?? true),
      },
    };
    try {
      const result = await work(callOptions);
      this.#end(({ done }) => done.resolve(result));
    } catch (error) {
      if (this.isShared && error instanceof UpstreamError) error.becomeShared();
      this.#end(({ done }) => done.reject(error));
    }
  }

  /** Waits for the result, as long as these options allow; with the same options it is the same wait. */
  join(options: CallOptions): Promise<Result> {
    const known = this.#waiters.get(options);
    if (known) return known.done.promise;
    const { operation, signal, deadline = Number.POSITIVE_INFINITY } = options;
    const waiter: Waiter<Result> = {
      ...{ options, operation, deadline, since: performance.now(), isWaiting: true, isServed: true },
      done: Promise.withResolvers(),
      abort: () => this.#leave(waiter, signal?.reason),
    };
    // Whoever waits sees the failure, perhaps a moment after it.
    waiter.done.promise.catch(() => undefined);
    this.#waiters.set(options, waiter);
    for (const joined of this.#joins) joined(options);
    // The call itself ends at the latest deadline: only those with an earlier one need a timer of their own.
    if (deadline !== this.#deadline) {
      this.#deadline = Math.max(this.#deadline, deadline);
      for (const each of this.waiting) {
        if (each.deadline === this.#deadline) continue;
        each.stopTimer ??= atDeadline(each, () => this.#leave(each, this.#overdue(this.#startedAt, this.hadItsTurn)));
      }
    }
    signal?.addEventListener('abort', waiter.abort);
    if (signal?.aborted) waiter.abort();
    return waiter.done.promise;
  }

  #leave(waiter: Waiter<Result>, reason: unknown): void {
    release(waiter);
    waiter.isServed = this.hadItsTurn;
    waiter.done.reject(reason);
    if (this.owner) return;
    this.isOver = true;
    this.#everybodyLeft.abort(reason);
  }

  #end(tell: (waiter: Waiter<Result>) => void): void {
    this.isOver = true;
    for (const waiter of this.waiting) {
      release(waiter);
      tell(waiter);
    }
  }
}

function release<Result>(waiter: Waiter<Result>): void {
  waiter.isWaiting = false;
  waiter.options.signal?.removeEventListener('abort', waiter.abort);
  waiter.stopTimer?.();
}
