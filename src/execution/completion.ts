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
import { LEAST_BYTES } from './allowance.ts';
import { completeAt, executeFields, nulled } from './fields.ts';
import type { Completer, Path, ValueKind } from './planned-field.ts';
import { isPromise, silence } from './promises.ts';

/** Every question about a type that its values depend on is asked once, here. */
export function valueKind(type: GraphQLOutputType): ValueKind {
  return { type, complete: completerOf(type) };
}

function completerOf(type: GraphQLOutputType): Completer {
  if (isNonNullType(type)) return nonNull(completerOf(type.ofType));
  if (isLeafType(type)) return present(leaf(type));
  if (isListType(type)) return present(list(type.ofType));
  // What `isTypeOf` says is left to `defaultTypeResolver`, which tells members of unions apart by it.
  return present(isObjectType(type) ? object(type) : abstract(type));
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
  return (run, _field, _info, _path, value) => {
    const serialized: unknown = type.serialize(value);
    if (typeof serialized === 'object' && serialized !== null) run.allowance.spend(bytesOf(serialized));
    if (serialized !== null && serialized !== undefined) return serialized;
    throw new Error(`Expected ${type.name} to write something else than null.`);
  };
}

/** About what a value of JSON takes as text. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length + LEAST_BYTES;
  if (typeof value !== 'object' || value === null) return LEAST_BYTES;
  let bytes = LEAST_BYTES;
  for (const [key, member] of Object.entries(value)) bytes += key.length + bytesOf(member);
  return bytes;
}

function list(itemType: GraphQLOutputType): Completer {
  const kind = valueKind(itemType);
  return (run, field, info, path, value) => {
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${placeOf(info)}".`);
    }
    const { allowance } = run;
    const items = Array.isArray(value) ? value : [...value];
    const completed: unknown[] = [];
    let isPending = false;

    /** Completes items until it is the turn of others; whether all are done. */
    const goOn = (): boolean => {
      while (completed.length < items.length) {
        if (allowance.isSliceOver) return false;
        const itemPath: Path = { prev: path, key: completed.length, typename: undefined };
        let outcome: unknown;
        try {
          outcome = completeAt(run, field, kind, info, itemPath, items[completed.length]);
        } catch (error) {
          outcome = nulled(run, field, itemType, itemPath, error);
        }
        if (isPromise(outcome)) isPending = true;
        allowance.spend(typeof outcome === 'string' ? outcome.length + LEAST_BYTES : LEAST_BYTES);
        completed.push(outcome);
      }
      return true;
    };

    const finish = async (): Promise<unknown[]> => {
      let harmless = 0;
      do {
        // Nobody awaits these yet.
        silence(completed.slice(harmless));
        harmless = completed.length;
        await allowance.turn();
      } while (!goOn());
      return Promise.all(completed);
    };

    try {
      if (goOn()) return isPending ? Promise.all(completed) : completed;
      silence(items);
      return finish();
    } catch (error) {
      silence([...items, ...completed]);
      throw error;
    }
  };
}

function object(type: GraphQLObjectType): Completer {
  return (run, field, _info, path, value) => executeFields(run, field.below(type), value, path);
}

function abstract(type: GraphQLAbstractType): Completer {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (run, field, info, path, value) => {
    const completeAs = (typeName: unknown) => {
      const found = typeof typeName === 'string' ? run.schema.getType(typeName) : undefined;
      if (isObjectType(found) && run.schema.isSubType(type, found)) {
        return executeFields(run, field.below(found), value, path);
      }
      throw new GraphQLError(`Runtime Object type "${typeName}" is not a possible type for "${type.name}".`);
    };
    const typeName = resolveType(value, run.context, info, type);
    return isPromise(typeName) ? typeName.then(completeAs) : completeAs(typeName);
  };
}

function placeOf({ parentType, fieldName }: GraphQLResolveInfo): string {
  return `${parentType.name}.${fieldName}`;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
