import type { FieldNullability, InputFieldMap, SchemaTypes, TypeParam } from '@pothos/core';
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

/** The charges of a field with these arguments. Throws for those that are wrong: the field is not resolved then. */
// The arguments are those that the field declares, which only Pothos' own options know.
export type ChargesOf = (args: never, asked: Asked) => Charge | readonly Charge[];

/** The same, and what routers are told of it. */
interface WeighedCharges {
  weight: Weight;
  of: ChargesOf;
}

/** Whether resolving a field once is a call, or a share in one. */
export type Weight = 'call' | 'share';

export type Price = Charge | readonly Charge[] | WeighedCharges;

/**
 * How many objects a list field gives, or the connection that it leads to; by their types where the arguments tell
 * those. `assumed` is what routers are told where the API decides.
 */
export type Rows = number | RowsOf | { assumed: number; of: RowsOf };

export type RowsOf = (args: never, asked: Asked) => number | ReadonlyMap<string, number>;

/** What a field declares beside its description. */
export interface CostOptions {
  /** What resolving it costs; nothing unless set. */
  cost?: Price;
  /** How many objects it gives to the fields below it, at most or as a rule; one unless set. */
  rows?: Rows;
}

declare global {
  export namespace PothosSchemaTypes {
    export interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > extends CostOptions {}
  }
}

/** A price that depends on the arguments, or on what is selected below. */
export function byArguments(weight: Weight, of: ChargesOf): Price {
  return { weight, of };
}

/** What routers are told: a call for each object, or a share in one for all. */
export function weightOf(price: Price): Weight {
  if ('weight' in price) return price.weight;
  return [price].flat().some((charge) => 'calls' in charge) ? 'call' : 'share';
}

/** A price for routers alone: the field above makes the call. */
export const PAID_ABOVE = byArguments('call', () => []);

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
