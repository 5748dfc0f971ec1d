/** What the reads and writes of one operation cost at one API. */
export interface ApiCallStatistics {
  /** Calls that were sent for it, with their retries. */
  calls: number;
  /** Lookups that went along in a call which was sent for others as well. */
  batched: number;
  /** Reads that waited for a call which was already under way for the same. */
  coalesced: number;
  /** Reads and lookups that were answered without a call, out of what was read before. */
  cached: number;
  /** Those of them whose answer was older than it should be. */
  stale: number;
  /** How long calls waited for their turn, in milliseconds, one after the other. */
  waitedMs: number;
}

/** Counts what one operation costs, by the name of each API that it has to do with. */
export class CallStatistics {
  readonly #apis = new Map<string, ApiCallStatistics>();

  /** The counts of an API, to be raised; all zero at first. */
  of(api: string): ApiCallStatistics {
    const zero = { calls: 0, batched: 0, coalesced: 0, cached: 0, stale: 0, waitedMs: 0 };
    const statistics = this.#apis.get(api) ?? zero;
    this.#apis.set(api, statistics);
    return statistics;
  }

  /** Those that the operation had to do with. */
  [Symbol.iterator](): Iterator<[string, Readonly<ApiCallStatistics>]> {
    return this.#apis[Symbol.iterator]();
  }
}
