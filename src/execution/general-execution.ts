import {
  type ExecutionResult,
  isAsyncIterable,
  MapperKind,
  type MaybePromise,
  mapAsyncIterator,
  mapMaybePromise,
  mapSchema,
  memoize1,
  memoize2,
} from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isListType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { Allowance, type Limits } from './allowance.ts';
import { withoutTooMany } from './error-list.ts';
import { isPromise, silence } from './promises.ts';

/** What a value counts for here: it takes some ten times as long as a planned one. */
const VALUE_BYTES = 80;

/** So many members of a list in an argument take as long to read as a field. */
const MEMBERS_A_FIELD = 4;

type Parts = ExecutionResult | AsyncIterable<ExecutionResult>;

/** An executor that can be ended, as Yoga's can. */
type GeneralExecutor = (args: ExecutionArgs & { signal?: AbortSignal }) => MaybePromise<Parts>;

/** Of each execution, by its context. */
const allowances = new WeakMap<object, Allowance>();

/**
 * Executes what has no plan within the limits. Nothing can be counted in that executor but what lists bring: each row for
 * all that is selected below it.
 */
export function executeGenerally(execute: GeneralExecutor, args: ExecutionArgs, limits: Limits): MaybePromise<Parts> {
  const ending = new AbortController();
  const allowance = new Allowance(limits);
  allowance.onOver = (over) => ending.abort(over);
  allowances.set(args.contextValue as object, allowance);
  const result = execute({ ...args, schema: withCountedLists(args.schema), signal: ending.signal });
  return mapMaybePromise(result, (parts) =>
    isAsyncIterable(parts) ? mapAsyncIterator(parts, withFewErrors) : withFewErrors(parts),
  );
}

function withFewErrors<Part extends ExecutionResult>(part: Part): Part {
  const { errors, incremental } = part;
  return {
    ...part,
    ...(errors && { errors: withoutTooMany(errors) }),
    ...(incremental && { incremental: incremental.map(withFewErrors) }),
  };
}

/** The schema again, so that no planned operation pays for it. */
const withCountedLists = memoize1(
  (schema: GraphQLSchema): GraphQLSchema =>
    mapSchema(schema, {
      [MapperKind.OBJECT_FIELD]: (field) =>
        isListType(getNullableType(field.type)) ? { ...field, resolve: counted(field.resolve) } : undefined,
    }),
);

function counted(
  resolve: GraphQLFieldResolver<unknown, object> = defaultFieldResolver,
): GraphQLFieldResolver<unknown, object> {
  return (source, args, context, info) => {
    const list: unknown = resolve(source, args, context, info);
    const allowance = allowances.get(context);
    if (!allowance) return list;
    const inSlices = (rows: unknown) => (Array.isArray(rows) ? rowsInSlices(rows, allowance, bytesBelow(info)) : rows);
    return isPromise(list) ? list.then(inSlices) : inSlices(list);
  };
}

/** Rows of which those come later that others go before. */
function rowsInSlices(rows: readonly unknown[], allowance: Allowance, bytes: number): unknown[] {
  silence(rows);
  return rows.map(async (row) => {
    if (allowance.isSliceOver) await allowance.turn();
    allowance.spend(bytes);
    return row;
  });
}

function bytesBelow({ fieldNodes, fragments }: GraphQLResolveInfo): number {
  return fieldNodes.reduce(
    (sum, { selectionSet: set }) => sum + (set ? VALUE_BYTES * fieldsIn(set, fragments) : 0),
    VALUE_BYTES,
  );
}

/** How many fields a selection has, and members of lists and objects that the executor reads again for every row. */
const fieldsIn = memoize2((set: SelectionSetNode, fragments: Record<string, FragmentDefinitionNode>): number =>
  set.selections.reduce((sum, selection) => {
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
    const below = isSpread ? fragments[selection.name.value]?.selectionSet : selection.selectionSet;
    return (
      sum +
      (selection.kind === Kind.FIELD ? 1 + membersIn(selection) / MEMBERS_A_FIELD : 0) +
      (below ? fieldsIn(below, fragments) : 0)
    );
  }, 0),
);

/** What stands in lists and objects among the arguments: a variable is read once. */
function membersIn({ arguments: given = [] }: FieldNode): number {
  let members = 0;
  for (const { value } of given) {
    if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) continue;
    visit(value, {
      enter() {
        members += 1;
      },
    });
  }
  return members;
}
