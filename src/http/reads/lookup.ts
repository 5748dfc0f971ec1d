import type { Projection } from '../cache/projection.ts';
import type { ReadCall } from '../client/calls.ts';
import type { Route } from '../client/path.ts';
import type { UpstreamError } from '../client/upstream-error.ts';
import type { Subject } from './subjects.ts';

/** How values of one kind are read by their keys. */
export interface Lookup<Value> {
  /** Stands for this kind of value, and for no other of any API. */
  readonly name: string;
  /** For errors before anything is sent. */
  readonly route: Route;
  /** Decides how long an answer counts. */
  readonly resource: string;
  /** What a write names when it changes the value of a key. */
  tagsOf(key: string): readonly string[];
  /** Whom a key names, whatever comes of it, and whose data a value is; nobody's without it. */
  subjectsOf?(key: string, value: Value | null): Iterable<Subject>;
  /**
   * Whether one call for so many keys, of so many characters of its URL together, is short enough; without it each key is
   * a call of its own, which waits for no other key.
   */
  fits?(keys: number, length: number, projection: Projection): boolean;
  /** The values by their keys, absent where there are none. Throws `UpstreamError` for all keys together. */
  read(batch: KeysToRead): Promise<Found<Value>>;
  /** Reads what answers may have left out: once for a list, also where it was taken apart. */
  complete?(found: Found<Value>, batch: KeysToRead): Promise<Found<Value>>;
}

/** The keys that one call is made for. */
export interface KeysToRead {
  readonly size: number;
  /** Whether others may join until the call is sent. */
  readonly mayGrow: boolean;
  /** Closes the batch and says what it reads: asked when the call has its turn, so that others can join until then. */
  seal(): { readonly keys: readonly string[]; readonly projection: Projection };
  /** Makes a GET for everybody who waits. */
  get(call: Omit<ReadCall, 'options'>): Promise<unknown>;
}

/** What came of the keys: values, or why a key has none; nothing, or null, where the API has no such value. */
export type Found<Value> = ReadonlyMap<string, Value | UpstreamError | null>;

/** The key of a lookup that has no other, such as that of one page of a list. */
export const ONLY = '';

/**
 * Reads the one key of a batch with a call of its own; the value is undefined where there is none. A path is asked for
 * when the call has its turn.
 */
export function readAlone<Value>({
  path,
  valueIn,
  mayBeMissing = true,
  ...call
}: Pick<ReadCall, 'route' | 'mayBeMissing' | 'onReply'> & {
  path: (key: string, projection: Projection) => string;
  valueIn: (answer: unknown, key: string) => Value | undefined;
}): Lookup<Value>['read'] {
  return async ({ seal, get }) => {
    const sealedPath = () => {
      const { keys, projection } = seal();
      return path(keys[0] ?? '', projection);
    };
    const answer = await get({ ...call, mayBeMissing, path: sealedPath });
    const [key = ''] = seal().keys;
    const value = answer === undefined && mayBeMissing ? undefined : valueIn(answer, key);
    return new Map(value === undefined ? [] : [[key, value]]);
  };
}
