import { type ExecutionArgs, GraphQLError, getOperationAST, getVariableValues, OperationTypeNode } from 'graphql';
import { CallerError } from '../caller-error.ts';
import type { Context } from '../context.ts';
import { argumentsOf } from '../given-ids-plugin.ts';
import type { Asked } from './charge.ts';
import { pricedOperation } from './priced-documents.ts';
import type { Fragments, PricedField } from './priced-fields.ts';
import { type Item, type Moment, type Place, Tally } from './tally.ts';

/** The calls that an operation makes at most, where both APIs answer as their pages say. */
export interface Estimate {
  cost: number;
  /** By the name of the API. */
  calls: Readonly<Record<string, number>>;
  /** The field that makes most of them. */
  dearest: { path: readonly string[]; calls: number; each: string | undefined } | undefined;
}

/** More places that can cost anything than this are not counted. */
const MOST_PLACES = 20_000;

/**
 * What an operation costs at most, known without a call; undefined for one that cannot be executed, which the executor
 * says. Retries, log-ins, and what an API needs that answers otherwise are not counted.
 */
export function estimateOf(args: ExecutionArgs): Estimate | undefined {
  const { schema, document, contextValue, operationName, variableValues } = args;
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const { coerced: variables } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (!variables) return undefined;
  const { fragments, fields } = pricedOperation(schema, document, operation, variables);
  if (fields.length === 0) return NOTHING;
  const counting = new Counting({ schema, operation, fragments, variables, context: contextValue as Context });
  counting.count(fields);
  return summed(counting.tally.items());
}

interface Known extends Pick<Asked, 'context' | 'operation' | 'schema'> {
  fragments: Fragments;
  variables: Record<string, unknown>;
}

/** Goes through the places of one operation. */
class Counting {
  readonly tally = new Tally();
  readonly #known: Known;
  #moments = 0;
  #places = 0;

  constructor(known: Known) {
    this.#known = known;
  }

  count(fields: readonly PricedField[]): void {
    // Mutations run one after the other, and what they read before one of them is read again after it.
    const isInTurn = this.#known.operation.operation === OperationTypeNode.MUTATION;
    if (!isInTurn) this.#visit(fields, undefined, { scope: 0, wave: 0 }, 1, 1);
    else for (const field of fields) this.#visit([field], undefined, this.#nextScope(), 1, 1);
  }

  /** `window` is how many rows a list below has that does not say so itself. */
  #visit(fields: readonly PricedField[], parent: Place | undefined, moment: Moment, objects: number, window: number) {
    const keys = new Set<string>();
    for (const field of fields) {
      if (++this.#places > MOST_PLACES) return;
      const place = { key: field.key, parent };
      const read = this.#charges(field);
      if (!read) continue;
      const { charges, rows, asked } = read;
      for (const charge of charges) {
        if ('calls' in charge && charge.key !== undefined) {
          if (keys.has(charge.key)) continue;
          keys.add(charge.key);
        }
        this.tally.add(charge, objects, place, moment, asked);
      }
      const below = charges.length > 0 ? { scope: moment.scope, wave: ++this.#moments } : moment;
      for (const [typeName, selected] of field.below) {
        const own = typeof rows === 'object' ? (rows.get(typeName) ?? 0) : rows;
        const isHere = field.isList || typeof rows === 'object';
        const given = isHere ? objects * (own ?? window) : objects;
        if (given > 0) this.#visit(selected, place, below, given, isHere ? 1 : (own ?? window));
      }
    }
  }

  /** What a field costs; undefined for one whose arguments are wrong, which is never resolved. */
  #charges({ nodes: fieldNodes, definition, price, rows }: PricedField) {
    const { variables, ...operation } = this.#known;
    const asked = { ...operation, fieldNodes, returnType: definition.type, variableValues: variables } as Asked;
    try {
      const [node] = fieldNodes;
      const count = typeof rows === 'number' ? rows : undefined;
      const rowsOf = typeof rows === 'object' ? rows.of : typeof rows === 'function' ? rows : undefined;
      const args = (node && definition.args.length > 0 ? argumentsOf(definition, node, variables) : {}) as never;
      const charges = price === undefined ? [] : 'of' in price ? price.of(args, asked) : price;
      return { asked, charges: [charges].flat(), rows: rowsOf?.(args, asked) ?? count };
    } catch (error) {
      if (error instanceof CallerError || error instanceof GraphQLError) return undefined;
      throw error;
    }
  }

  #nextScope(): Moment {
    this.#moments += 1;
    return { scope: this.#moments, wave: this.#moments };
  }
}

const NOTHING: Estimate = { cost: 0, calls: {}, dearest: undefined };

function summed(items: readonly Item[]): Estimate {
  const calls: Record<string, number> = {};
  let cost = 0;
  let dearest: Item | undefined;
  for (const item of items) {
    cost += item.calls;
    calls[item.api] = (calls[item.api] ?? 0) + item.calls;
    if (item.calls > (dearest?.calls ?? 0)) dearest = item;
  }
  if (!dearest) return NOTHING;
  const { place, at, each } = dearest;
  return { cost, calls, dearest: { calls: dearest.calls, each, path: [...pathOf(place), ...(at ? [at] : [])] } };
}

function pathOf(place: Place | undefined): string[] {
  return place ? [...pathOf(place.parent), place.key] : [];
}
