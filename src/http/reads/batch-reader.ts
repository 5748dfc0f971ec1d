import type { CallOptions } from '../client/call-options.ts';
import { questionOf } from '../client/calls.ts';
import type { JsonClient } from '../client/json-client.ts';
import { UpstreamError, wasNeverSent } from '../client/upstream-error.ts';
import type { Batch } from './batch.ts';
import { FailedKeys } from './failed-keys.ts';
import {
  type Asked,
  type Found,
  type GetAnswer,
  type KeyedCall,
  type Lookup,
  type ReadKeys,
  readByKeys,
} from './lookup.ts';

/** The most calls that telling keys apart may take. */
const MOST_CALLS = 60;

/** A list of so many keys is taken apart to the end, even if the question itself is at fault. */
const FEW_KEYS = 8;

/** How many keys of a longer list are read alone to tell that. */
const TRIED_ALONE = 4;

/** Statuses that say nothing about a request's keys. */
const NOT_OF_KEYS: readonly number[] = [501, 505];

/**
 * Makes the calls of batches. A list of keys that the API refuses, or that makes it fail, is read again in halves until
 * those keys are found that fail alone: one caller's key must not cost all others their rows. k such keys among n cost
 * at most 2·k·log2(n) + 2 further calls; after 60 calls the rest fails too. Where the API fails for both halves it is
 * down, unless the route answered somebody a moment ago.
 */
export class BatchReader {
  readonly #client: JsonClient;
  readonly failed = new FailedKeys();

  constructor(client: JsonClient) {
    this.#client = client;
  }

  /** The outcome for the keys of a batch. */
  async read(batch: Batch, mayGrow: boolean, options: CallOptions): Promise<Found<unknown>> {
    const { lookup, keys, seal } = batch;
    const again = keys.length === 1 ? this.failed.repetitionOf(lookup, keys[0] ?? '') : undefined;
    const read = (asked: () => Asked, call: KeyedCall<unknown>, repeats = again) => {
      const get: GetAnswer = async ({ route, mayBeMissing = true }, path) => {
        let asOf = Date.now();
        const answer = await this.#client.get({
          ...{ route, path, mayBeMissing, repeats, options },
          question: () => questionOf(lookup.name, ...keys),
          keys: lookup.fits && (() => keys.length),
          onReply: ({ length, sentAt, date = sentAt }) => {
            batch.replyLength += length;
            // What changed before the call was sent is in its answer; the API's clock may be behind ours.
            asOf = Math.min(sentAt, date);
          },
        });
        this.failed.answered(lookup);
        return { answer, asOf };
      };
      return readByKeys(call, asked, get);
    };
    const callFor = ({ length }: readonly string[]) => (length === 1 && lookup.alone) || lookup;
    const readKeys: ReadKeys<unknown> = (asked, repeats) => read(() => asked, callFor(asked.keys), repeats);
    const call = mayGrow ? lookup : callFor(keys);
    // Other keys cannot join a call that is for one only.
    if (call !== lookup) batch.isFull = true;
    const alone = new Set<string>();
    let found: Found<unknown> = await read(seal, call).catch((error) => {
      if (!(error instanceof UpstreamError)) throw error;
      return this.#readParts(lookup, seal(), readKeys, error, alone);
    });
    if (lookup.complete) found = await lookup.complete(found, seal(), readKeys);
    for (const key of keys) this.failed.learn(lookup, key, batch, found.get(key), alone.has(key));
    return found;
  }

  /** The outcome for keys that failed together. */
  async #readParts(
    lookup: Lookup<unknown>,
    { keys, projection }: Asked,
    readKeys: ReadKeys<unknown>,
    failure: UpstreamError,
    alone: Set<string>,
  ): Promise<Found<unknown>> {
    let calls = 0;
    let hasAnswer = false;
    let isAtFault = false;
    const read = async (part: readonly string[]): Promise<Found<unknown> | UpstreamError> => {
      calls += 1;
      try {
        const found = await readKeys({ keys: part, projection }, 'part');
        hasAnswer = true;
        return found;
      } catch (error) {
        if (error instanceof UpstreamError) return error;
        throw error;
      }
    };
    const divide = async (
      part: readonly string[],
      outcome: Found<unknown> | UpstreamError,
    ): Promise<Found<unknown>> => {
      if (!(outcome instanceof UpstreamError)) return outcome;
      if (part.length === 1) alone.add(part[0] ?? '');
      const isEnd = part.length === 1 || isAtFault || calls + 2 > MOST_CALLS;
      if (isEnd || !isDivisible(outcome)) return failed(part, outcome);
      if (part.length === 2 && !hasAnswer && keys.length > FEW_KEYS) {
        // All parts were refused. If any others are too, it is the question that is at fault: no order of keys decides.
        const others = keys.filter((key) => !part.includes(key));
        const some = Array.from({ length: TRIED_ALONE }, () => others.splice(Math.random() * others.length, 1));
        await Promise.all(some.map(read));
        isAtFault = !hasAnswer;
        if (isAtFault) return failed(part, outcome);
      }
      const middle = Math.ceil(part.length / 2);
      const halves = [part.slice(0, middle), part.slice(middle)];
      const outcomes = await Promise.all(halves.map(read));
      const areBothFailed = outcomes.every((each) => each instanceof UpstreamError);
      if (areBothFailed && outcome.failure !== 'rejected' && !this.failed.isRouteUp(lookup))
        return failed(part, outcome);
      const found: [string, unknown][] = [];
      // One after the other, so that a question that is refused for every key ends soon.
      for (const [index, half] of halves.entries()) found.push(...(await divide(half, outcomes[index] ?? outcome)));
      return new Map(found);
    };
    const found = await divide(keys, failure);
    // What failed for every key is one failure.
    return hasAnswer ? found : failed(keys, failure);
  }
}

/** Whether it may be the fault of single keys: the API understood the call, and refused it or failed over it. */
function isDivisible(error: UpstreamError): boolean {
  const { failure, status = 0, isApiFailure } = error;
  if (failure !== 'unavailable') return failure === 'rejected';
  return isApiFailure && !NOT_OF_KEYS.includes(status) && !wasNeverSent(error);
}

function failed(keys: readonly string[], failure: UpstreamError): Found<unknown> {
  return new Map(keys.map((key) => [key, failure]));
}
