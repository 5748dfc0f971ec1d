import { memoize1 } from '@graphql-tools/utils';
import {
  coerceInputValue,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { ErrorList, MOST_COUNTED } from './error-list.ts';

type Values = Readonly<Record<string, unknown>>;

let last: { given: readonly object[]; coerced: Record<string, unknown> | undefined } | undefined;

/**
 * The variables of an operation as its fields get them; undefined where any is wrong, which `variableMistakes` says: each
 * of graphql-js' own errors quotes a whole value, so it may find one only. They are read once for all who ask in turn.
 */
export function coercedVariables(
  ...given: [GraphQLSchema, OperationDefinitionNode, Values]
): Record<string, unknown> | undefined {
  if (!last?.given.every((each, index) => each === given[index])) {
    const [schema, { variableDefinitions = [] }, values] = given;
    last = { given, coerced: getVariableValues(schema, variableDefinitions, values, { maxErrors: 0 }).coerced };
  }
  return last.coerced;
}

type Field = GraphQLField<unknown, unknown>;

const argumentsWith = memoize1((_variables: Values) => new Map<FieldNode, { field: Field; read: Values }>());

/** The arguments of a field, which are the same for every row. Throws for wrong ones. */
export function argumentsOf(field: Field, node: FieldNode, variables: Values): Values {
  const known = argumentsWith(variables);
  const before = known.get(node);
  // A field of an interface has other defaults in one type than in another.
  if (before?.field === field) return before.read;
  const read = getArgumentValues(field, node, variables);
  known.set(node, { field, read });
  return read;
}

/** The values of an operation that comes without any. */
export const NO_VALUES = {};

/**
 * What is wrong with the values of variables, as graphql-js would say it but without the values: they may be long, and
 * anybody's.
 */
export function variableMistakes(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  values: Readonly<Record<string, unknown>>,
  hideSuggestions: boolean,
): readonly GraphQLError[] {
  const errors = new ErrorList();

  function check(nodes: VariableDefinitionNode): void {
    const name = nodes.variable.name.value;
    const add = (fault: string, originalError?: Error) => {
      if (errors.size === MOST_COUNTED) throw ENOUGH;
      errors.add(new GraphQLError(`Variable "$${name}" ${fault}`, { nodes, originalError, extensions }));
    };
    // Validation made sure that it is one.
    const type = typeFromAST(schema, nodes.type) as GraphQLInputType;
    if (!Object.hasOwn(values, name)) {
      if (isNonNullType(type) && !nodes.defaultValue) add(`of required type "${type}" was not provided.`);
    } else if (values[name] === null && isNonNullType(type)) {
      add(`of non-null type "${type}" must not be null.`);
    } else {
      coerceInputValue(
        values[name],
        type,
        (path, _value, error) => add(`got an invalid value at "${[name, ...path].join('.')}"; ${error.message}`, error),
        hideSuggestions,
      );
    }
  }

  try {
    for (const definition of definitions) check(definition);
    return errors.all();
  } catch (error) {
    if (error !== ENOUGH) throw error;
    return errors.all(true);
  }
}

/** A megabyte may have more mistakes than errors can be made in a second. */
const ENOUGH = new Error('There are more errors than are counted.');

/** A server answers with it: nothing was executed. */
const extensions = { http: { status: 400 } };
