import type { ReadCall } from '../client/calls.ts';
import type { UpstreamError } from '../client/upstream-error.ts';
import type { Projection } from './projection.ts';

/** What a source reads: it asks for the keys when the call has its turn, which closes the batch. */
export interface SoughtRows {
  readonly size: number;
  /** Whether others may join until then. */
  readonly mayGrow: boolean;
  seal(): { keys: readonly string[]; projection: Projection };
  /** A GET for all who wait. */
  get(call: Pick<ReadCall, 'route' | 'path' | 'mayBeMissing'>): Promise<unknown>;
}

/** How rows of one kind are looked up by their keys. */
export interface LookupSource<Row> {
  /** For errors before anything is sent. */
  readonly route: string;
  readonly resource: string;
  tagsOf(key: string): readonly string[];
  /** How much of a list a key takes up, in characters. */
  lengthOf(key: string): number;
  /** Whether a list of so many keys, so long together, still fits one call. */
  fits(keys: number, length: number, projection: Projection): boolean;
  /** The rows by their keys, absent where there are none. */
  read(sought: SoughtRows): Promise<ReadonlyMap<string, Row>>;
}

/** What came of the keys that were sought: rows, or why one has none; nothing where the API has no such row. */
export type FoundRows<Row> = ReadonlyMap<string, Row | UpstreamError>;
