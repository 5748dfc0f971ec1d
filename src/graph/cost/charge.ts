import type { OperationDefinitionNode } from 'graphql';
import type { Context } from '../context.ts';
import type { SelectionInfo } from '../selection.ts';

type ApiName = 'HOOD' | 'SOR';

/** Calls that a field makes for each object that has it. */
interface Calls {
  api: ApiName;
  calls: number;
  /** Of several fields of an object with this key, one makes the calls. */
  key?: string;
  /** The field below that they are made for. */
  at?: string;
}

/** One call, however often the operation asks for it. */
interface SharedCall {
  api: ApiName;
  once: string;
}

/** Objects that are looked up by keys, with all others of the same lookup that are asked for at the same moment. */
export interface LookUp {
  api: ApiName;
  lookup: string;
  /** Each once, or how many there are for each object where only running can tell which. */
  keys: readonly string[] | number;
  /** How many go in a list. */
  most?: number;
  /** How many characters of them go in a list, and how many calls that is. */
  list?: (asked: Asked) => { room: number; calls: number };
}

/** What resolving a field costs upstream, as long as the API answers as its pages say. */
export type Charge = Calls | SharedCall | LookUp;

/** What is known of an operation before anything is called. */
export interface Asked extends SelectionInfo {
  readonly context: Context;
  readonly operation: OperationDefinitionNode;
}

/** What resolving a field costs, perhaps by its arguments and selection. Throws for arguments that are wrong. */
export type Price<Args = never> =
  | Charge
  | readonly Charge[]
  | ((args: Args, asked: Asked) => Charge | readonly Charge[]);

/** Whether resolving a field once is a call, or a share in one. */
type Weight = 'call' | 'share';

/** How many objects a list or connection gives, by type where arguments tell. Routers are told `assumed`. */
export type Rows<Args = never> = number | RowsOf<Args> | { assumed: number; of: RowsOf<Args> };

export type RowsOf<Args = never> = (args: Args, asked: Asked) => number | ReadonlyMap<string, number>;

/** What a field declares beside its description. */
export interface CostOptions<Args = never> {
  /** What resolving it costs; nothing unless set. */
  cost?: Price<Args>;
  /** What routers are told of a cost that depends on arguments; a call unless set. */
  weight?: Weight;
  /** How many objects it gives to the fields below it, at most or as a rule; one unless set. */
  rows?: Rows<Args>;
}

/** What routers are told: a call for each object, or a share in one for all. */
export function weightOf({ cost = [], weight = 'call' }: CostOptions): Weight {
  if (typeof cost === 'function') return weight;
  return [cost].flat().some((charge) => 'calls' in charge) ? 'call' : 'share';
}

/** A price for routers alone: the field above makes the call. */
export const PAID_ABOVE = () => [];

/** The list of systems of record, which everything in an operation shares. */
export const SYSTEM_LIST: Charge = { api: 'SOR', once: 'systems' };

/** The list of imports, likewise. */
export const IMPORT_LIST: Charge = { api: 'SOR', once: 'imports' };

/** Profile properties by the keys of attributes. Rows share their keys, so that of many few differ: up to 100 are one call. */
export const PROPERTIES: Charge = { api: 'HOOD', lookup: 'properties', keys: 0 };

/** Looking up a definition by its id: one is viewed, for several the list of all is read. */
export function definitionCharge(lookup: 'attributes' | 'systems', identifier: string): Charge {
  return { api: 'SOR', lookup, keys: [identifier], list: () => ({ room: Number.POSITIVE_INFINITY, calls: 1 }) };
}
