import type { AnswerCache, Cached, CachedRead, Known } from '../cache/answer-cache.ts';
import type { CallOptions } from '../client/call-options.ts';
import type { ApiCallStatistics } from '../client/call-statistics.ts';
import { UpstreamError } from '../client/upstream-error.ts';

/** A read that may be answered without a call of its own, and how it is made otherwise. */
export interface ReadThrough<Value> {
  readonly cache: AnswerCache | undefined;
  /** What the cache is asked for, if there is one. */
  read(): CachedRead;
  readonly callOptions: CallOptions;
  /** The counts of whoever waits, if anybody counts. */
  readonly statistics: ApiCallStatistics | undefined;
  /** Waits for the same read of somebody else, if there is one under way. */
  join(): Promise<Value> | undefined;
  /** Asks the API; `marks` go with the answer into the cache. */
  fetch(marks: readonly string[]): Promise<Value>;
  /** Asks the API for an answer that nobody waits for. */
  refresh(marks: readonly string[]): void;
}

/** How long a stale answer may be read anew while nobody waits for it, in milliseconds. */
const REFRESH_MS = 10_000;

/** The patience of a read that nobody waits for. */
export function refreshing(): CallOptions {
  return { deadline: performance.now() + REFRESH_MS, priority: 'background' };
}

/** The answer from where it costs least: a read under way, the cache, or a call. */
export function readThrough<Value>(through: ReadThrough<Value>): Promise<Value> {
  const { cache } = through;
  const joined = join(through);
  if (joined) return joined;
  if (!cache) return through.fetch([]);
  const known = cache.find(through.read());
  if (!(known instanceof Promise)) return answer(through, known);
  // Others may have begun the same while the cache was asked.
  return known.then((found) => join(through) ?? answer(through, found));
}

function join<Value>(through: ReadThrough<Value>): Promise<Value> | undefined {
  const joined = through.join();
  if (joined && through.statistics) through.statistics.coalesced += 1;
  return joined;
}

function answer<Value>(through: ReadThrough<Value>, { cached, marks }: Known): Promise<Value> {
  if (!cached || through.callOptions.mustRevalidate) return through.fetch(marks);
  if (cached.age === 'kept') {
    return through.fetch(marks).catch((error: unknown) => {
      if (!isFailing(error)) throw error;
      return used(through, cached);
    });
  }
  if (cached.age === 'stale') through.refresh(marks);
  return Promise.resolve(used(through, cached));
}

function used<Value>({ statistics }: ReadThrough<Value>, { value, age }: Cached): Value {
  if (statistics) statistics.cached += 1;
  if (statistics && age !== 'fresh') statistics.stale += 1;
  // Under one question lies what its own read has accepted.
  return value as Value;
}

/** Whether an older answer is better than none: not where the API has understood and refused, be it the credential. */
function isFailing(error: unknown): boolean {
  if (!(error instanceof UpstreamError) || error.failure === 'rejected') return false;
  const { failure, status = 0 } = error;
  return failure === 'rateLimited' || status < 400 || status >= 500;
}
