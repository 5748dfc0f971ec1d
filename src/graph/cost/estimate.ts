import { type ExecutionArgs, GraphQLError, getOperationAST, getVariableValues, OperationTypeNode } from 'graphql';
import { CallerError } from '../caller-error.ts';
import type { Context } from '../context.ts';
import { argumentsOf } from '../given-ids-plugin.ts';
import type { Asked } from './charge.ts';
import { type PricedField, pricedOperation } from './priced-operation.ts';
import { type Estimate, type Moment, type Place, Tally } from './tally.ts';

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
  const { variableDefinitions = [] } = operation;
  // Which are wrong is for the executor to say. Each error quotes a whole value, so there may be one only.
  const { coerced: variables } = getVariableValues(schema, variableDefinitions, variableValues ?? {}, { maxErrors: 0 });
  if (!variables) return undefined;
  const { fragments, fields } = pricedOperation(schema, document, operation, variables);
  const counting = new Counting({
    ...{ schema, operation, fragments, variableValues: variables, context: contextValue as Context },
  });
  return counting.count(fields);
}

type Known = Omit<Asked, 'fieldNodes' | 'returnType'>;

/** Goes through the places of one operation. */
class Counting {
  readonly #tally = new Tally();
  readonly #known: Known;
  #moments = 0;
  #places = 0;

  constructor(known: Known) {
    this.#known = known;
  }

  count(fields: readonly PricedField[]): Estimate {
    // Mutations run one after the other, and what they read before one of them is read again after it.
    const isInTurn = this.#known.operation.operation === OperationTypeNode.MUTATION;
    for (const together of isInTurn ? fields.map((field) => [field]) : [fields]) {
      const wave = ++this.#moments;
      this.#visit(together, undefined, { scope: wave, wave }, 1, 1);
    }
    return this.#tally.sum();
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
        this.#tally.add(charge, objects, place, moment, asked);
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
  #charges({ nodes: fieldNodes, definition, price = [], rows }: PricedField) {
    const asked: Asked = { ...this.#known, fieldNodes, returnType: definition.type };
    const rowsOf = typeof rows === 'object' ? rows.of : rows;
    try {
      const [node] = fieldNodes;
      const hasArguments = node && definition.args.length > 0;
      const args = (hasArguments ? argumentsOf(definition, node, asked.variableValues) : {}) as never;
      const charges = 'of' in price ? price.of(args, asked) : price;
      return { asked, charges: [charges].flat(), rows: typeof rowsOf === 'function' ? rowsOf(args, asked) : rowsOf };
    } catch (error) {
      if (error instanceof CallerError || error instanceof GraphQLError) return undefined;
      throw error;
    }
  }
}
