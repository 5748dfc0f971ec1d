import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { VALUE_WORK } from './allowance.ts';
import { executeFields, infoOf, isPromise } from './fields.ts';
import { completeList } from './list-completion.ts';
import type { Completer, Path, PlannedField, ValueKind } from './planned-field.ts';

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
  return (run, field, path, value) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    return complete(run, field, path, value);
  };
}

function nonNull(complete: Completer): Completer {
  return (run, field, path, value) => {
    const completed = complete(run, field, path, value);
    if (completed !== null) return completed;
    throw new Error(`Cannot return null for non-nullable field ${placeOf(field)}.`);
  };
}

function leaf(type: GraphQLLeafType): Completer {
  return (run, _field, _path, value) => {
    const serialized: unknown = type.serialize(value);
    if (typeof serialized === 'object' && serialized !== null) run.allowance.spend(...sizeOf(serialized));
    if (serialized !== null && serialized !== undefined) return serialized;
    throw new Error(`Expected ${type.name} to write something else than null.`);
  };
}

/** The work that a value of JSON is, and the least length of its text. */
function sizeOf(value: unknown): [work: number, length: number] {
  if (typeof value === 'string') return [VALUE_WORK, value.length + 2];
  if (typeof value !== 'object' || value === null) return [VALUE_WORK, 1];
  let [work, length] = [VALUE_WORK, 1];
  for (const [key, member] of Object.entries(value)) {
    const [more, longer] = sizeOf(member);
    work += more;
    length += longer + 1 + (Array.isArray(value) ? 0 : key.length + 3);
  }
  return [work, length];
}

function list(itemType: GraphQLOutputType): Completer {
  const kind = valueKind(itemType);
  return (run, field, path, value) => {
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${placeOf(field)}".`);
    }
    return completeList(run, field, kind, path, Array.isArray(value) ? value : [...value]);
  };
}

function object(type: GraphQLObjectType): Completer {
  return (run, field, path, value) => executeFields(run, field.below(type), value, path);
}

function abstract(type: GraphQLAbstractType): Completer {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (run, field, path, value) => {
    const completeAs = (typeName: unknown) => {
      const found = typeof typeName === 'string' ? run.schema.getType(typeName) : undefined;
      if (isObjectType(found) && run.schema.isSubType(type, found)) {
        return executeFields(run, field.below(found), value, path);
      }
      throw new GraphQLError(`Runtime Object type "${typeName}" is not a possible type for "${type.name}".`);
    };
    const typeName = resolveType(value, run.context, infoOf(run, field, fieldPath(path)), type);
    return isPromise(typeName) ? typeName.then(completeAs) : completeAs(typeName);
  };
}

function placeOf({ parentType, definition }: PlannedField): string {
  return `${parentType.name}.${definition.name}`;
}

/** Of a member of a list, the place of the list. */
function fieldPath(path: Path): Path {
  return typeof path.key === 'number' && path.prev ? fieldPath(path.prev) : path;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
