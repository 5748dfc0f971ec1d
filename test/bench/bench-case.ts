import type { Scope } from '../../src/graph/scopes.ts';

/** Reads a path of an upstream as JSON. */
export type Read = (path: string) => Promise<unknown>;

/** How many different answers there are: more than requests are under way at a time, so that none is like another. */
export const VARIANTS = 256;

export interface Variables {
  first: number;
  /** Whom the list leaves out: tells the variants from each other. */
  without: string;
}

/**
 * One comparison: the same operations, over the same fixed answers, in the gateway and written by hand; or in the gateway
 * for callers with a token, and for anybody.
 */
export interface BenchCase {
  title: string;
  query: string;
  /** Whether all ask the same, which the gateway asks upstream only once at a time. */
  isShared?: boolean;
  /** What a colleague with nothing but this operation in mind would write. Returns the whole GraphQL answer. */
  handWritten?: (hood: Read, sor: Read, variables: Variables) => Promise<object>;
  /** What the token allows. Where callers are known there is an audit as well. */
  scopes?: readonly Scope[];
}
