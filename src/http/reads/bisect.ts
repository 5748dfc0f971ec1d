import { UpstreamError, wasNeverSent } from '../client/upstream-error.ts';
import type { FailedKeys, LookupName } from './failed-keys.ts';

/** The most calls that telling keys apart may take. */
const MOST_CALLS = 60;

/** A list of so many keys is taken apart to the end, even if the question itself is at fault. */
const FEW_KEYS = 8;

/** How many keys of a longer list are read alone to tell that, once its quarters have failed. */
const TRIED_ALONE = 6;

type Keys = readonly string[];

/** What came of keys that failed together. */
interface Apart<Value> {
  found: ReadonlyMap<string, Value | UpstreamError>;
  /** Which of them failed alone. */
  alone: ReadonlySet<string>;
}

/**
 * Reads keys apart that failed together with `whole`: in halves, all of one size at a time, until those keys are found
 * that fail alone. One caller's key must not cost all others their values, nor their time.
 *
 * k keys that fail among n cost at most 2·k·log2(n) + 2 further calls; after 60 calls the rest fails too. Where all
 * quarters and some single keys fail it is the question that is at fault. Where the API fails for both halves it is down,
 * unless the route answered somebody a moment ago. Throws a failure that is no `UpstreamError`.
 */
export async function readApart<Value>(
  failed: FailedKeys,
  lookup: LookupName,
  keys: Keys,
  whole: unknown,
  read: (part: Keys) => Promise<ReadonlyMap<string, Value>>,
): Promise<Apart<Value>> {
  if (!(whole instanceof UpstreamError)) throw whole;
  const found = new Map<string, Value | UpstreamError>(keys.map((key) => [key, whole]));
  const alone = new Set(keys.length === 1 ? keys : []);
  const refused = [keys.length];
  let calls = 0;
  let longest = 0;

  /** Reads lists. Returns those that failed, and may hold keys that do not. */
  const readAll = async (lists: readonly Keys[]): Promise<Keys[]> => {
    const parts = lists.filter(({ length }) => length > 0).slice(0, MOST_CALLS - calls);
    calls += parts.length;
    const outcomes = await Promise.all(parts.map((part) => read(part).catch(asUpstreamError)));
    return parts.filter((part, index) => {
      const came = outcomes[index] ?? whole;
      for (const key of part) found.delete(key);
      if (!(came instanceof UpstreamError)) {
        longest = Math.max(longest, part.length);
        for (const [key, value] of came) found.set(key, value);
        return false;
      }
      for (const key of part) found.set(key, came);
      if (part.length === 1) alone.add(part[0] ?? '');
      if (came.failure === 'rejected') refused.push(part.length);
      return isDivisible(came);
    });
  };

  for (let parts = isDivisible(whole) ? [keys] : [], round = 1; ; round += 1) {
    parts = await readAll(parts.filter(({ length }) => length > 1).flatMap(halvesOf));
    if (parts.length === 0 || (whole.failure !== 'rejected' && !failed.isUp(lookup))) break;
    if (round === 2 && longest === 0 && keys.length > FEW_KEYS) {
      // No order of keys decides.
      const others = [...keys];
      const drawn = Array.from({ length: TRIED_ALONE }, () => others.splice(Math.random() * others.length, 1));
      const tried = new Set(drawn.flat());
      await readAll([...tried].map((key) => [key]));
      if (longest === 0) break;
      parts = parts.map((part) => part.filter((key) => !tried.has(key)));
    }
  }
  // What failed for every key is one failure, of the keys if they were refused, and else most likely of the API.
  if (longest === 0) {
    const isTheirs = whole.failure === 'rejected' || keys.length === 1;
    return { found: new Map(keys.map((key) => [key, whole])), alone: isTheirs ? alone : new Set() };
  }
  // Where no key is at fault but every longer list is refused, the length is. A single refusal may have passed.
  const isTooLong = alone.size === 0 && refused.length > 2 && Math.min(...refused) > longest;
  if (isTooLong) failed.mostKeys.set(lookup.name, longest);
  return { found, alone };
}

function asUpstreamError(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  throw error;
}

function halvesOf(part: Keys): Keys[] {
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)];
}

/**
 * Whether it may be the fault of single keys: the API understood the call, and refused it, failed over it, or gave an
 * answer that cannot be read. One that has not implemented the call does so for no key.
 */
function isDivisible(error: UpstreamError): boolean {
  const { failure, status, code, isApiFailure } = error;
  if (failure === 'badResponse') return code !== undefined;
  return (
    failure === 'rejected' || (failure === 'unavailable' && isApiFailure && status !== 501 && !wasNeverSent(error))
  );
}
