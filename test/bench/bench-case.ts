/** Reads a path of an upstream as JSON. */
export type Read = (path: string) => Promise<unknown>;

/** One comparison: the same operation, over the same fixed answers, in the gateway and written by hand. */
export interface BenchCase {
  title: string;
  operation: { query: string; variables?: Record<string, unknown> };
  /** The one answer that each API has for everything. */
  hood: object;
  sor: object;
  /** What a colleague with nothing but this operation in mind would write. Returns the whole GraphQL answer. */
  handWritten: (hood: Read, sor: Read) => Promise<object>;
}
