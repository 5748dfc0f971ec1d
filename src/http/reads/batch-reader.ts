import { LRUCache } from 'lru-cache';
import type { CallOptions } from '../client/call-options.ts';
import type { ReplyDetails } from '../client/calls.ts';
import type { JsonClient } from '../client/json-client.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import type { Batch } from './batch.ts';
import type { Found, KeysToRead, Lookup } from './lookup.ts';

/** The most calls that telling keys apart may take. */
const MOST_CALLS = 60;

/** A route that answered this many milliseconds ago is not down. */
const RECENTLY_MS = 5_000;

/** A list of so many keys is taken apart to the end, even if the question itself is at fault. */
const FEW_KEYS = 8;

/** How long a key that failed alone is asked for alone, in milliseconds, and how many of them are remembered. */
const ALONE_MS = 60_000;
const MOST_ALONE = 1_000;

/** A connection that was cut while the API worked on a request. */
const CUT_CODES: readonly (string | undefined)[] = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

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
  readonly #failedAlone = new LRUCache<string, true>({ max: MOST_ALONE, ttl: ALONE_MS, ttlAutopurge: true });
  /** When each route answered last, in `performance.now()` milliseconds. */
  readonly #answeredAt = new Map<string, number>();

  constructor(client: JsonClient) {
    this.#client = client;
  }

  /** Whether a key failed alone a moment ago. */
  isSuspect({ name }: Lookup<unknown>, key: string): boolean {
    // Normally none did, and no text is made for each key.
    return this.#failedAlone.size > 0 && this.#failedAlone.has(`${name}/${key}`);
  }

  /** The outcome for the keys of a batch. */
  async read(batch: Batch, mayGrow: boolean, options: CallOptions): Promise<Found<unknown>> {
    const { lookup, keys, seal } = batch;
    const isRepeated = keys.length === 1 && keys.every((key) => this.isSuspect(lookup, key));
    const get: KeysToRead['get'] = async (call) => {
      const onReply = (reply: ReplyDetails) => {
        batch.replyLength += reply.length;
        call.onReply?.(reply);
      };
      const repeats = isRepeated ? 'question' : undefined;
      const answer = await this.#client.get({ repeats, ...call, onReply, options });
      this.#answeredAt.set(call.route, performance.now());
      return answer;
    };
    const whole = { size: keys.length, mayGrow, seal, get };
    const found = await lookup.read(whole).catch((error) => {
      if (!(error instanceof UpstreamError)) throw error;
      return this.#readParts(lookup, { ...seal(), get }, error);
    });
    return lookup.complete ? lookup.complete(found, whole) : found;
  }

  /** The outcome for keys that failed together. */
  async #readParts(
    lookup: Lookup<unknown>,
    { keys, projection, get }: ReturnType<KeysToRead['seal']> & Pick<KeysToRead, 'get'>,
    failure: UpstreamError,
  ): Promise<Found<unknown>> {
    let calls = 0;
    let hasAnswer = false;
    let isAtFault = false;
    const read = async (part: readonly string[]): Promise<Found<unknown> | UpstreamError> => {
      calls += 1;
      const seal = () => ({ keys: part, projection });
      const getPart: KeysToRead['get'] = (call) => get({ ...call, repeats: 'part' });
      try {
        const found = await lookup.read({ size: part.length, mayGrow: false, seal, get: getPart });
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
      if (!isDivisible(outcome)) return failed(part, outcome);
      if (part.length === 1 && lookup.lists) this.#failedAlone.set(`${lookup.name}/${part[0]}`, true);
      if (part.length === 1 || isAtFault || calls + 2 > MOST_CALLS) return failed(part, outcome);
      if (part.length === 2 && !hasAnswer && keys.length > FEW_KEYS) {
        // All parts were refused. If two keys that stand far apart are too, it is the question that is at fault.
        const far = Math.floor(keys.length * 0.75);
        await Promise.all([part.slice(0, 1), keys.slice(far, far + 1)].map(read));
        isAtFault = !hasAnswer;
        if (isAtFault) return failed(part, outcome);
      }
      const middle = Math.ceil(part.length / 2);
      const halves = [part.slice(0, middle), part.slice(middle)];
      const outcomes = await Promise.all(halves.map(read));
      const areBothFailed = outcomes.every((each) => each instanceof UpstreamError);
      if (areBothFailed && this.#isOutage(lookup, outcome)) return failed(part, outcome);
      const found: [string, unknown][] = [];
      // One after the other, so that a question that is refused for every key ends soon.
      for (const [index, half] of halves.entries()) found.push(...(await divide(half, outcomes[index] ?? outcome)));
      return new Map(found);
    };
    const found = await divide(keys, failure);
    // What failed for every key is one failure.
    return hasAnswer ? found : failed(keys, failure);
  }

  #isOutage({ route }: Lookup<unknown>, { failure }: UpstreamError): boolean {
    const answeredAt = this.#answeredAt.get(route) ?? Number.NEGATIVE_INFINITY;
    return failure !== 'rejected' && performance.now() - answeredAt > RECENTLY_MS;
  }
}

/** Whether it may be the fault of single keys: the API understood the call, and refused it or failed over it. */
function isDivisible({ failure, status = 0, code }: UpstreamError): boolean {
  if (failure === 'rejected') return true;
  const isFailure = (status >= 500 && !NOT_OF_KEYS.includes(status)) || CUT_CODES.includes(code);
  return failure === 'unavailable' && isFailure;
}

function failed(keys: readonly string[], failure: UpstreamError): Found<unknown> {
  return new Map(keys.map((key) => [key, failure]));
}
