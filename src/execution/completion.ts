import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { executeFields, isPromise, nulled } from './fields.ts';
import type { Completer, MaybePromise, Path } from './planned-field.ts';

/** How values of a type are completed, with every question about the type asked once, here. */
export function completerOf(type: GraphQLOutputType): Completer {
  if (isNonNullType(type)) return nonNull(completerOf(type.ofType));
  if (isLeafType(type)) return present(leaf(type));
  if (isListType(type)) return present(list(type.ofType));
  return present(isObjectType(type) ? completeObject(type) : completeAbstract(type));
}

/** An error in place of a value is thrown there; null and undefined become null. */
function present(complete: Completer): Completer {
  return (run, field, info, path, value) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    return complete(run, field, info, path, value);
  };
}

function nonNull(complete: Completer): Completer {
  return (run, field, info, path, value) => {
    const completed = complete(run, field, info, path, value);
    if (completed !== null) return completed;
    throw new Error(`Cannot return null for non-nullable field ${placeOf(info)}.`);
  };
}

function leaf(type: GraphQLLeafType): Completer {
  return (_run, _field, _info, _path, value) => {
    const serialized: unknown = type.serialize(value);
    if (serialized !== null && serialized !== undefined) return serialized;
    throw new Error(`Expected ${type.name} to write something else than null.`);
  };
}

function list(itemType: GraphQLOutputType): Completer {
  const complete = completerOf(itemType);
  const completeItem: Completer = (run, field, info, path, item) => {
    try {
      const completed = isPromise(item)
        ? item.then((resolved) => complete(run, field, info, path, resolved))
        : complete(run, field, info, path, item);
      return isPromise(completed)
        ? completed.catch((error: unknown) => nulled(run, field, itemType, path, error))
        : completed;
    } catch (error) {
      return nulled(run, field, itemType, path, error);
    }
  };
  return (run, field, info, path, value) => {
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${placeOf(info)}".`);
    }
    let isPending = false;
    const completed: unknown[] = [];
    try {
      for (const item of value) {
        const itemPath: Path = { prev: path, key: completed.length, typename: undefined };
        const outcome = completeItem(run, field, info, itemPath, item);
        if (isPromise(outcome)) isPending = true;
        completed.push(outcome);
      }
    } catch (error) {
      silence(completed);
      silence(value);
      throw error;
    }
    return isPending ? Promise.all(completed) : completed;
  };
}

function completeObject(type: GraphQLObjectType): Completer {
  return (run, field, info, path, value) => {
    if (!type.isTypeOf) return executeFields(run, field.below(type), value, path);
    return whenKnown(type.isTypeOf(value, run.context, info), (isOfType) => {
      if (isOfType) return executeFields(run, field.below(type), value, path);
      throw new GraphQLError(`Expected a value of type "${type.name}" for field "${placeOf(info)}".`);
    });
  };
}

function completeAbstract(type: GraphQLAbstractType): Completer {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (run, field, info, path, value) =>
    whenKnown(resolveType(value, run.context, info, type), (typeName) => {
      const found = typeof typeName === 'string' ? run.schema.getType(typeName) : undefined;
      if (isObjectType(found) && run.schema.isSubType(type, found)) {
        return completeObject(found)(run, field, info, path, value);
      }
      throw new GraphQLError(`Runtime Object type "${typeName}" is not a possible type for "${type.name}".`);
    });
}

function whenKnown<Known>(known: MaybePromise<Known>, next: (known: Known) => unknown): unknown {
  return isPromise(known) ? known.then(next) : next(known);
}

/** What fails after all is lost must not end the process, as a rejection that nobody awaits would. */
function silence(outcomes: Iterable<unknown>): void {
  for (const outcome of outcomes) if (isPromise(outcome)) outcome.catch(() => {});
}

function placeOf({ parentType, fieldName }: GraphQLResolveInfo): string {
  return `${parentType.name}.${fieldName}`;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
