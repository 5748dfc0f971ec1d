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
import { executeFields, nulled, whenThere } from './fields.ts';
import type { Completer, MaybePromise, Path, PlannedField, Run } from './planned-field.ts';
import { isPromise, silence } from './promises.ts';

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

/** A list of which some items are complete. */
interface StartedList {
  readonly items: readonly unknown[];
  readonly completed: unknown[];
  isPending: boolean;
}

function list(itemType: GraphQLOutputType): Completer {
  const complete = completerOf(itemType);
  const completeItem: Completer = (run, field, info, path, item) => {
    try {
      const completed = isPromise(item)
        ? whenThere(run, item, (resolved) => complete(run, field, info, path, resolved))
        : complete(run, field, info, path, item);
      return isPromise(completed)
        ? completed.catch((error: unknown) => nulled(run, field, itemType, path, error))
        : completed;
    } catch (error) {
      return nulled(run, field, itemType, path, error);
    }
  };

  /** Completes items until it is the turn of others; whether all are done. */
  function goOn(run: Run, field: PlannedField, info: GraphQLResolveInfo, path: Path, started: StartedList): boolean {
    const { items, completed } = started;
    const { allowance } = run;
    try {
      while (completed.length < items.length) {
        if (allowance.isSliceOver) return false;
        const itemPath: Path = { prev: path, key: completed.length, typename: undefined };
        const outcome = completeItem(run, field, info, itemPath, items[completed.length]);
        if (isPromise(outcome)) started.isPending = true;
        allowance.spend(typeof outcome === 'string' ? outcome.length + LEAST_BYTES : LEAST_BYTES);
        completed.push(outcome);
      }
      return true;
    } catch (error) {
      silence(completed);
      silence(items);
      throw error;
    }
  }

  async function finish(...place: Parameters<typeof goOn>): Promise<unknown[]> {
    const [{ allowance }, , , , { items, completed }] = place;
    // Nobody awaits these yet, nor what they are completed to.
    silence(items);
    let harmless = 0;
    do {
      silence(completed.slice(harmless));
      harmless = completed.length;
      await allowance.turn();
    } while (!goOn(...place));
    return Promise.all(completed);
  }

  return (run, field, info, path, value) => {
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${placeOf(info)}".`);
    }
    const items = Array.isArray(value) ? value : [...value];
    const started: StartedList = { items, completed: [], isPending: false };
    if (!goOn(run, field, info, path, started)) return finish(run, field, info, path, started);
    return started.isPending ? Promise.all(started.completed) : started.completed;
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

function placeOf({ parentType, fieldName }: GraphQLResolveInfo): string {
  return `${parentType.name}.${fieldName}`;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
