import { type ExecutionArgs, type FieldNode, GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import type { Mistake } from '../../execution/lost-fields.ts';
import { coercedVariables, NO_VALUES } from '../../execution/variables.ts';
import { CallerError } from '../caller-error.ts';
import { type Context, oncePerOperation } from '../context.ts';
import { argumentsOf } from '../node-ids.ts';
import type { Asked, Charge, RowsOf } from './charge.ts';
import { type PricedField, pricedOperation } from './priced-operation.ts';
import { type Estimate, type Moment, type Place, placesTo, Tally } from './tally.ts';

/** More places that can cost anything than this are not counted. */
const MOST_PLACES = 20_000;

/** How many objects a list is to be asked for at most, wherever the fragment that it is in is spread. */
interface Cut {
  list: PricedField;
  most: number;
}

/** The mistakes of an operation, from before it is executed. */
export const mistakesOf = oncePerOperation((): Mistake[] => []);

/** What a field costs and how many objects it gives, by its arguments; an error for those that are wrong. */
type Reading =
  | Error
  | { asked: Asked; charges: readonly Charge[]; rows: ReturnType<RowsOf> | undefined; named?: number };

/**
 * Reads the arguments of an operation, notes what is wrong with them, and counts what it costs at most, without a call.
 * Undefined for one that cannot be executed. Retries, log-ins and odd answers are not counted.
 */
export function costCounter(args: ExecutionArgs): ((cut?: Cut) => Estimate) | undefined {
  const { schema, document, operationName, variableValues } = args;
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  // What is wrong with them is for the executor to say.
  const variables = coercedVariables(schema, operation, variableValues ?? NO_VALUES);
  if (!variables) return undefined;
  const { fragments, fields } = pricedOperation(schema, document, operation, variables);
  const context = args.contextValue as Context;
  const known = { schema, operation, fragments, variableValues: variables, context };
  const readings = new Map<PricedField, Reading>();
  const mistakes = mistakesOf(context);
  fields.forEach(read);
  return counted;

  function read(field: PricedField): void {
    if (readings.has(field)) return;
    const reading = readingOf(field);
    readings.set(field, reading);
    if (reading instanceof Error) {
      mistakes.push({ node: field.nodes[0] as FieldNode, parentType: field.parentType, error: reading });
    }
    for (const [, selected] of field.below) selected.forEach(read);
  }

  function readingOf({ nodes: fieldNodes, definition, price = [], rows }: PricedField, most?: number): Reading {
    const asked: Asked = { ...known, fieldNodes, returnType: definition.type };
    const rowsOf = typeof rows === 'object' ? rows.of : rows;
    try {
      const [node] = fieldNodes;
      const hasArguments = node && definition.args.length > 0;
      const given = hasArguments ? argumentsOf(definition, node, asked.variableValues) : {};
      const args = (most === undefined ? given : cutTo(most, given)) as never;
      const charges = [typeof price === 'function' ? price(args, asked) : price].flat();
      if (typeof rowsOf !== 'function') return { asked, charges, rows: rowsOf };
      const found = rowsOf(args, asked);
      const named = typeof found === 'number' ? found : [...found.values()].reduce((sum, rows) => sum + rows, 0);
      return { asked, charges, rows: typeof found === 'number' && most ? Math.min(found, most) : found, named };
    } catch (error) {
      if (error instanceof CallerError || error instanceof GraphQLError) return error;
      throw error;
    }
  }

  /** Goes through the places of the operation. */
  function counted(cut?: Cut): Estimate {
    const tally = new Tally();
    let moments = 0;
    let places = 0;
    // Mutations run one after the other, and what they read before one of them is read again after it.
    const isInTurn = operation?.operation === OperationTypeNode.MUTATION;
    for (const together of isInTurn ? fields.map((field) => [field]) : [fields]) {
      const wave = ++moments;
      visit(together, undefined, { scope: wave, wave }, 1, 1);
    }
    return tally.sum();

    /** `window` is how many rows a list below has that does not say so itself. */
    function visit(
      fields: readonly PricedField[],
      parent: Place | undefined,
      at: Moment,
      objects: number,
      window: number,
    ) {
      const keys = new Set<string>();
      for (const field of fields) {
        if (++places > MOST_PLACES) return;
        const reading = cut?.list === field ? readingOf(field, cut.most) : readings.get(field);
        // What is wrong is never resolved.
        if (!reading || reading instanceof Error) continue;
        const { charges, rows, asked, named } = reading;
        const place: Place = { field, parent, asked: named };
        for (const charge of charges) {
          const key = 'calls' in charge ? charge.key : undefined;
          if (key === undefined || !keys.has(key)) tally.add(charge, objects, place, at, asked);
          if (key !== undefined) keys.add(key);
        }
        const below = charges.length > 0 ? { scope: at.scope, wave: ++moments } : at;
        for (const [typeName, selected] of field.below) {
          const own = typeof rows === 'object' ? (rows.get(typeName) ?? 0) : rows;
          const isHere = field.isList || typeof rows === 'object';
          const given = isHere ? objects * (own ?? window) : objects;
          if (given > 0) visit(selected, place, below, given, isHere ? 1 : (own ?? window));
        }
      }
    }
  }
}

/** For how many objects the outermost list above the dearest field may be asked within `limit`, if that helps. */
export function mostWithin(limit: number, { dearest }: Estimate, count: (cut: Cut) => Estimate): Cut | undefined {
  const { field: list, asked = 1 } = placesTo(dearest).find(({ asked = 1 }) => asked > 1) ?? {};
  // Of an operation with very many places, which take time to count, one object costs too much already.
  if (!list || count({ list, most: 1 }).cost > limit) return undefined;
  let [most, tooMany] = [1, asked];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (count({ list, most: middle }).cost > limit) tooMany = middle;
    else most = middle;
  }
  return { list, most };
}

/** Arguments that ask for so many objects at most: by a window, by a list of ids, or by what a mutation is to change. */
function cutTo(most: number, args: object): object {
  const entries = Object.entries(args).map(([name, value]) => {
    if (Array.isArray(value)) return [name, value.slice(0, most)];
    if (name === 'input') return [name, cutTo(most, value)];
    return [name, /^(?:first|last)$/.test(name) && typeof value === 'number' ? Math.min(value, most) : value];
  });
  return Object.fromEntries(entries);
}
