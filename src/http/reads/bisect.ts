import type { CallOptions } from '../client/call-options.ts';
import { UpstreamError, wasNeverSent } from '../client/upstream-error.ts';
import type { FailedKeys, LookupName } from './failed-keys.ts';

/** Reads keys, or a part of those that failed together. Throws `UpstreamError`. */
export type ReadTogether<Value> = (keys: readonly string[], isPart: boolean) => Promise<ReadonlyMap<string, Value>>;

/** The most calls that telling keys apart may take. */
const MOST_CALLS = 60;

/** A list of so many keys is taken apart to the end, even if the question itself is at fault. */
const FEW_KEYS = 8;

/** How many keys of a longer list are read alone to tell that, once its quarters have failed. */
const TRIED_ALONE = 6;

/** Statuses that say nothing about a request's keys. */
const NOT_OF_KEYS: readonly number[] = [501, 505];

/** The outcome for keys that failed together. */
interface Apart<Value> {
  found: Map<string, Value | UpstreamError>;
  /** Which of them failed alone. */
  alone: ReadonlySet<string>;
}

/**
 * Reads keys apart that failed together. They are read again in halves, all halves
 * of one size at a time, until those keys are found that fail alone: one caller's key must not cost all others their
 * values, nor their time.
 *
 * k keys that fail among n cost at most 2·k·log2(n) + 2 further calls; after 60 calls the rest fails too. Where all
 * quarters and some single keys fail it is the question that is at fault. Where the API fails for both halves it is down,
 * unless the route answered somebody a moment ago. Throws a failure that is no `UpstreamError`.
 */
export async function readApart<Value>(
  failed: FailedKeys,
  lookup: LookupName,
  keys: readonly string[],
  whole: unknown,
  read: (part: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): Promise<Apart<Value>> {
  if (!(whole instanceof UpstreamError)) throw whole;
  const found = new Map<string, Value | UpstreamError>();
  const alone = new Set<string>();
  let calls = 0;
  const refused: number[] = [];
  let longest = 0;

  /** What is to be read in halves, now that these keys have failed. */
  const fail = (part: readonly string[], failure: UpstreamError): (readonly string[])[] => {
    for (const key of part) found.set(key, failure);
    if (failure.failure === 'rejected') refused.push(part.length);
    if (part.length === 1) alone.add(part[0] ?? '');
    return part.length > 1 && isDivisible(failure) ? [part] : [];
  };

  const readPart = async (part: readonly string[]): Promise<(readonly string[])[]> => {
    calls += 1;
    try {
      const values = await read(part);
      longest = Math.max(longest, part.length);
      for (const key of part) found.delete(key);
      for (const [key, value] of values) found.set(key, value);
      return [];
    } catch (error) {
      if (error instanceof UpstreamError) return fail(part, error);
      throw error;
    }
  };

  /** The parts of these parts that failed, and may hold keys that do not. */
  const readAll = async (parts: readonly (readonly string[])[]) =>
    (await Promise.all(parts.slice(0, MOST_CALLS - calls).map(readPart))).flat();

  let parts = fail(keys, whole);
  for (let round = 1; parts.length > 0; round += 1) {
    parts = await readAll(parts.flatMap(halvesOf));
    if (!failed.isUp(lookup) && whole.failure !== 'rejected') break;
    if (round === 2 && longest === 0 && keys.length > FEW_KEYS) {
      // No order of keys decides.
      const others = [...keys];
      const tried = Array.from({ length: TRIED_ALONE }, () => others.splice(Math.random() * others.length, 1));
      await readAll(tried);
      if (longest === 0) break;
      parts = parts.map((part) => part.filter((key) => !tried.flat().includes(key)));
    }
  }
  // What failed for every key is one failure, of the keys if they were refused, and else most likely of the API.
  if (longest === 0) {
    const isTheirs = whole.failure === 'rejected' || keys.length === 1;
    return { found: new Map(keys.map((key) => [key, whole])), alone: isTheirs ? alone : new Set() };
  }
  // Where no key is at fault but every longer list is refused, the length is. A single refusal may have passed.
  const isTooLong = alone.size === 0 && refused.length > 1 && Math.min(...refused) > longest;
  if (isTooLong) failed.mostKeys.set(lookup.name, longest);
  return { found, alone };
}

function halvesOf(part: readonly string[]): (readonly string[])[] {
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)].filter(({ length }) => length > 0);
}

/**
 * Whether it may be the fault of single keys: the API understood the call, and refused it, failed over it, or gave an
 * answer that cannot be read.
 */
function isDivisible(error: UpstreamError): boolean {
  const { failure, status = 0, code, isApiFailure } = error;
  if (failure === 'badResponse') return code !== undefined;
  if (failure !== 'unavailable') return failure === 'rejected';
  return isApiFailure && !NOT_OF_KEYS.includes(status) && !wasNeverSent(error);
}

/**
 * What `read` finds of keys that are read together in another way than by a batch; what fails is taken apart all the same.
 * Keys that failed alone a moment ago are left out. The failures have not been reported.
 */
export async function readTogether<Value>(
  failed: FailedKeys,
  lookup: LookupName,
  keys: readonly string[],
  options: CallOptions,
  read: ReadTogether<Value>,
): Promise<ReadonlyMap<string, Value | UpstreamError>> {
  const together = keys.filter((key) => !failed.failsAlone(lookup, key));
  if (together.length === 0) return new Map();
  const most = failed.mostKeys.get(lookup.name) ?? together.length;
  if (together.length > most) {
    const starts = together.keys().filter((index) => index % most === 0);
    const lists = starts.map((start) =>
      readTogether(failed, lookup, together.slice(start, start + most), options, read),
    );
    return new Map((await Promise.all(lists)).flatMap((values) => [...values]));
  }
  try {
    return await read(together, false);
  } catch (error) {
    const { found, alone } = await readApart(failed, lookup, together, error, (part) => read(part, true));
    const outcome = { lookup, projection: {}, found, callers: new Set([options.caller?.name]) };
    for (const key of together) failed.learn(outcome, key, alone.has(key));
    return found;
  }
}
