import type { Projection } from '../cache/projection.ts';
import type { CallOptions } from '../client/call-options.ts';
import type { ReadCall, ReplyDetails } from '../client/calls.ts';
import type { UpstreamError } from '../client/upstream-error.ts';

/** How values of one kind are read by their keys. */
export interface Lookup<Value> {
  /** Stands for this kind of value at its API, and for no other. */
  readonly name: string;
  /** For errors before anything is sent. */
  readonly route: string;
  /** Decides how long an answer counts. */
  readonly resource: string;
  /** What a write names when it changes the value of a key. */
  tagsOf(key: string): readonly string[];
  /** How one call reads several keys; without it each key is a call of its own, which waits for no other key. */
  readonly lists?: KeyLists;
  /** How many calls one operation makes at a time; unlimited unless set. */
  readonly mostAtOnce?: number;
  /** The values by their keys, absent where there are none. Throws `UpstreamError` for all keys together. */
  read(batch: KeysToRead): Promise<Found<Value>>;
}

/** How keys stand in one call. */
export interface KeyLists {
  /** How many characters of a call a key takes. */
  lengthOf(key: string): number;
  /** Whether one call for so many keys, of so many characters together, is short enough. */
  fits(keys: number, length: number, projection: Projection): boolean;
}

/** What is wanted of one key. */
export interface Ask {
  readonly key: string;
  readonly projection: Projection;
}

/** The keys that one call is made for. */
export interface KeysToRead {
  readonly size: number;
  /** Whether others may join until the call is sent. */
  readonly mayGrow: boolean;
  /** Closes the batch and says what it reads: asked when the call has its turn, so that others can join until then. */
  seal(): { keys: readonly string[]; projection: Projection };
  /** Makes a GET for everybody who waits. */
  get(call: Omit<ReadCall, keyof CallOptions>): Promise<unknown>;
}

/** What came of the keys: values, or why a key has none; nothing where the API has no such value. */
export type Found<Value> = ReadonlyMap<string, Value | UpstreamError>;

/** A GET that stands for itself, such as one page of a list. */
export interface SingleRead<Value> {
  /** What makes two reads the same, whatever is asked of their rows. */
  readonly question: string;
  readonly projection: Projection;
  readonly route: string;
  readonly resource: string;
  readonly tags: readonly string[];
  /** A 404 answers `undefined` instead of failing. */
  readonly mayBeMissing?: boolean;
  /** The path with its query, for all that is asked of the rows. */
  path(projection: Projection): string;
  /** Makes what is wanted of the answer, once for everybody who waits. Throws for an answer of another shape. */
  accept(answer: unknown, reply: ReplyDetails): Value;
}

/** A read that stands for itself, as a lookup of its only key, the empty one. */
export function singleLookup<Value>(read: SingleRead<Value>): Lookup<Value> {
  const { question, route, resource, tags, mayBeMissing = false } = read;
  return {
    name: question,
    route,
    resource,
    tagsOf: () => tags,
    read: async ({ seal, get }) => {
      let reply: ReplyDetails = { length: 0, sentAt: Date.now(), date: undefined };
      const answer = await get({
        route,
        mayBeMissing,
        path: () => read.path(seal().projection),
        onReply: (details) => {
          reply = details;
        },
      });
      return new Map([['', read.accept(answer, reply)]]);
    },
  };
}
