import { atDeadline } from '../client/call-deadline.ts';
import type { CallOptions, Owner, Served } from '../client/call-options.ts';
import { UpstreamError } from '../client/upstream-error.ts';

/** Somebody who waits for a shared call. */
interface Waiter<Result> extends Served, Pick<CallOptions, 'serves'> {
  readonly deadline: number;
  readonly done: PromiseWithResolvers<Result>;
  /** Leaves when its signal says so. */
  readonly abort: () => void;
  stopTimer?: () => void;
}

/** The error for one whose deadline passes while others go on waiting; `startedAt` is in `performance.now()` milliseconds. */
export type Overdue = (startedAt: number, hadItsTurn: boolean) => Error;

/**
 * One call that several wait for. It goes on for as long as anybody does: it has the latest of their deadlines, and
 * is aborted when the last of them leaves. Whoever leaves earlier takes nothing from the others.
 */
export class SharedCall<Result> {
  readonly #overdue: Overdue;
  readonly #everybodyLeft = new AbortController();
  readonly #waiters = new Map<CallOptions, Waiter<Result>>();
  readonly #startedAt = performance.now();
  /** Who waits, or left when it had its turn already. */
  readonly #serves = new Set<Waiter<Result>>();
  readonly #joins = new Set<(owner: Owner) => void>();
  #joined = 0;
  #deadline = Number.NEGATIVE_INFINITY;
  /** Whether its turn has come; from then on it waits for nothing but the API. */
  hadItsTurn = false;
  /** Whether nobody can join any more: it has ended, or everybody has left. */
  isOver = false;

  constructor(overdue: Overdue) {
    this.#overdue = overdue;
  }

  /** Whether several have had a part in it, be it that all but one have left. */
  get isShared(): boolean {
    return this.#joined > 1;
  }

  /** Whose call it is: the first of those who wait. */
  get owner(): CallOptions | undefined {
    const [owner] = this.#waiters.keys();
    return owner;
  }

  /** The names of those who wait. */
  get callers(): ReadonlySet<string | undefined> {
    return new Set(this.#waiters.keys().map(({ caller }) => caller?.name));
  }

  /** Does the work for all who wait, until the last of their deadlines. */
  async run(work: (callOptions: CallOptions) => Promise<Result>): Promise<void> {
    const { owner } = this;
    if (!owner) return;
    const latest = () => this.#deadline;
    const callOptions: CallOptions = {
      ...owner,
      signal: this.#everybodyLeft.signal,
      get deadline() {
        return Number.isFinite(latest()) ? latest() : undefined;
      },
      onJoin: (joined) => {
        for (const each of this.#waiters.keys()) joined(each);
        this.#joins.add(joined);
        return () => this.#joins.delete(joined);
      },
      // One who waits may wait for others.
      serves: () => [...this.#serves].flatMap((waiter) => waiter.serves?.() ?? [waiter]),
      onTurn: () => {
        this.hadItsTurn = true;
      },
      // Anybody who waits may pay: nobody's call is refused because the one who asked first has none left.
      allowance: {
        limit: owner.allowance?.limit ?? Number.POSITIVE_INFINITY,
        take: () => this.#waiters.keys().some(({ allowance }) => allowance?.take() ?? true),
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
    const waiting = this.#waiters.get(options);
    if (waiting) return waiting.done.promise;
    const { operation, serves, signal, deadline = Number.POSITIVE_INFINITY } = options;
    const abort = () => this.#leave(options, signal?.reason);
    const since = performance.now();
    const waiter: Waiter<Result> = { operation, serves, since, deadline, done: Promise.withResolvers(), abort };
    // Whoever waits sees the failure, perhaps a moment after it.
    waiter.done.promise.catch(() => undefined);
    this.#waiters.set(options, waiter);
    this.#serves.add(waiter);
    this.#joined += 1;
    for (const joined of this.#joins) joined(options);
    // The call itself ends at the latest deadline: only those with an earlier one need a timer of their own.
    if (deadline !== this.#deadline) {
      this.#deadline = Math.max(this.#deadline, deadline);
      for (const [each, waiter] of this.#waiters) if (waiter.deadline < this.#deadline) this.#watch(each, waiter);
    }
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    return waiter.done.promise;
  }

  #watch(options: CallOptions, waiter: Waiter<Result>): void {
    waiter.stopTimer ??= atDeadline(waiter, () =>
      this.#leave(options, this.#overdue(this.#startedAt, this.hadItsTurn)),
    );
  }

  #leave(options: CallOptions, reason: unknown): void {
    const waiter = this.#waiters.get(options);
    if (!waiter) return;
    this.#waiters.delete(options);
    release(options, waiter);
    if (!this.hadItsTurn) this.#serves.delete(waiter);
    waiter.done.reject(reason);
    if (this.#waiters.size > 0) return;
    this.isOver = true;
    this.#everybodyLeft.abort(reason);
  }

  #end(tell: (waiter: Waiter<Result>) => void): void {
    this.isOver = true;
    for (const [options, waiter] of this.#waiters) {
      release(options, waiter);
      tell(waiter);
    }
    this.#waiters.clear();
  }
}

function release<Result>({ signal }: CallOptions, { abort, stopTimer }: Waiter<Result>): void {
  signal?.removeEventListener('abort', abort);
  stopTimer?.();
}
