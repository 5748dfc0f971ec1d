import type { Projection } from '../cache/projection.ts';
import type { CallOptions, Repetition } from '../client/call-options.ts';
import type { Route } from '../client/path.ts';
import type { UpstreamError } from '../client/upstream-error.ts';
import type { Subject } from './subjects.ts';

/** What a call looks for. */
export interface Asked {
  readonly keys: readonly string[];
  /** What of each value. */
  readonly projection: Projection;
}

/** An answer that was narrowed to some keys. */
export interface KeyedPage<Value> {
  /** The rows that came, with their keys; null for one that has none. */
  readonly rows: readonly (readonly [key: string, value: Value] | null)[];
  /** How many rows there are on all pages, as the API counts them; undefined when it does not say. */
  readonly total?: number | undefined;
  /** How many pages there are; undefined when the API does not say. */
  readonly pages?: number | undefined;
}

/** A call that brings values by their keys. */
export interface KeyedCall<Value> {
  readonly route: Route;
  /** Whether a 404, or the API's own words for it, says that there is nothing, instead of failing; unless it is false. */
  readonly mayBeMissing?: boolean;
  /** Whether a 204 says so where a 404 does not. */
  readonly mayBeEmpty?: boolean;
  /** Where a page is; pages count from 1. Asked for when the call has its turn. */
  path(asked: Asked, page: number): string;
  /** Reads an answer that shows the moment `asOf`, in milliseconds of the wall clock. Throws `UpstreamError` for one of another shape. */
  pageIn(answer: unknown, asked: Asked, asOf: number): KeyedPage<Value>;
}

/** How values of one kind are read by their keys. */
export interface Lookup<Value> extends KeyedCall<Value> {
  /** Stands for this kind of value, and for no other of any API. */
  readonly name: string;
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
  /** The call for a single key that no others can join any more, where that is another one. */
  readonly alone?: KeyedCall<Value> | undefined;
  /** Reads what answers may have left out: once for a list, also where it was taken apart. */
  complete?(found: Found<Value>, asked: Asked, read: ReadKeys<Value>): Promise<Found<Value>>;
}

/** Reads other keys, or more of them. Throws `UpstreamError`. */
export type ReadKeys<Value> = (asked: Asked, repeats?: Repetition) => Promise<Found<Value>>;

/** What came of the keys: values, or why a key has none; nothing, or null, where the API has no such value. */
export type Found<Value> = ReadonlyMap<string, Value | UpstreamError | null>;

/** The key of a lookup that has no other, such as that of one page of a list. */
export const ONLY = '';

/** An answer that is the one value. */
export function only<Value>(value: Value): KeyedPage<Value> {
  return { rows: [[ONLY, value]] };
}

/** Where a value came from, and when; also one that says there is nothing. */
export interface ReadNote {
  readonly api: string;
  /** The template of its route. */
  readonly route: string;
  /** In milliseconds of the wall clock. */
  readonly readAt: number;
  /** Whether it was read before anybody asked for it here. */
  readonly fromCache: boolean;
}

/** How somebody waits for values, and what is noted of them. */
export interface ReadOptions extends CallOptions {
  /** Ignores everything that was read before. */
  mustRevalidate?: boolean;
  /** Takes down where each value came from. */
  readonly notes?: ReadNote[];
}
