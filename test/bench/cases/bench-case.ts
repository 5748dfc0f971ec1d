/** Reads a path of an upstream as JSON. */
export type Read = (path: string) => Promise<unknown>;

/** How many different requests there are: more than are under way at a time, so that none is like another. */
export const VARIANTS = 256;

/** One operation that every contestant answers over the same fixed upstream. */
export interface BenchCase {
  title: string;
  /** As the gateway and the tutorial are asked. */
  query: string;
  /** The variables of a variant, from 0 to `VARIANTS - 1`. */
  variables(variant: number): object;
  /** What a colleague with nothing but this operation in mind would write. Returns the whole GraphQL answer. */
  handWritten(hood: Read, sor: Read, variables: object): Promise<object>;
  /**
   * For gateways that pass on what the APIs write, names, enum values and times included: their operation, and what
   * the gateway would have made of its `data`. Undefined where they are not compared.
   */
  passedOn?: { query: string; asClientsSeeIt(data: object): object };
}
