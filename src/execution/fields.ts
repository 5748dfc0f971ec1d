import {
  type FieldNode,
  type GraphQLError,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isNonNullType,
  locatedError,
  responsePathAsArray,
} from 'graphql';
import { ERROR_BYTES, LEAST_BYTES, RESOLVED_BYTES } from './allowance.ts';
import type { MaybePromise, Path, PlannedField, PlannedFields, Run } from './planned-field.ts';
import { isPromise } from './promises.ts';

type Answer = Record<string, unknown>;

/** Every planned field of one object. A throwing field that cannot be null ends them all, as the language says. */
export function executeFields(
  run: Run,
  { fields, bytes, hasProto }: PlannedFields,
  source: unknown,
  path: Path | undefined,
): MaybePromise<Answer> {
  const answer: Answer = hasProto ? Object.create(null) : {};
  let size = bytes;
  let pending: string[] | undefined;
  try {
    for (const field of fields) {
      const value = executeField(run, field, source, path);
      answer[field.key] = value;
      if (typeof value === 'string') size += value.length;
      else if (isPromise(value)) {
        if (pending) pending.push(field.key);
        else pending = [field.key];
      }
    }
    run.allowance.spend(size);
  } catch (error) {
    if (!pending) throw error;
    // Nothing may still run when the answer goes out.
    return settled(answer, pending).finally(() => {
      throw error;
    });
  }
  return pending ? settled(answer, pending) : answer;
}

/** The root fields of a mutation: each begins when the one before it is done. */
export async function executeSerially(run: Run, { fields, hasProto }: PlannedFields): Promise<Answer> {
  const answer: Answer = hasProto ? Object.create(null) : {};
  for (const field of fields) {
    // Throws where the answers of those before it are too much already: what is lost anyway must not be written.
    run.allowance.spend(LEAST_BYTES);
    answer[field.key] = await executeField(run, field, run.rootValue, undefined);
  }
  return answer;
}

/** Places and `info` are made only where somebody looks at them: for most values of a list nobody does. */
function executeField(run: Run, field: PlannedField, source: unknown, parent: Path | undefined): unknown {
  const { plain, definition } = field;
  try {
    if (plain) {
      const value = plain.read(source);
      if (typeof value === 'string' && plain.isText) return value;
      if (value === null && plain.isNullable) return null;
      const serialized = isPrimitive(value) ? plain.serialize(value) : undefined;
      if (serialized !== undefined && serialized !== null) return serialized;
      return completeField(run, field, infoOf(run, field, parent), value);
    }
    const info = infoOf(run, field, parent);
    const args = definition.args.length === 0 ? {} : argumentsOf(run, field);
    return completeField(run, field, info, field.resolve(source, args, run.context, info));
  } catch (error) {
    return nulled(run, field, field.type, pathOf(field, parent), error);
  }
}

function completeField(run: Run, field: PlannedField, info: GraphQLResolveInfo, resolved: unknown): unknown {
  if (isPromise(resolved)) return completeLater(run, field, info, resolved);
  const completed = field.complete(run, field, info, info.path, resolved);
  return isPromise(completed) ? completed.catch(failing(run, field, info)) : completed;
}

/** A single promise for a value that came late and is complete at once, as each row of a join is. */
function completeLater(
  run: Run,
  field: PlannedField,
  info: GraphQLResolveInfo,
  resolved: Promise<unknown>,
): Promise<unknown> {
  const fail = failing(run, field, info);
  return whenThere(
    run,
    resolved,
    (value) => {
      try {
        run.allowance.spend(typeof value === 'string' ? RESOLVED_BYTES + value.length : RESOLVED_BYTES);
        const completed = field.complete(run, field, info, info.path, value);
        return isPromise(completed) ? completed.catch(fail) : completed;
      } catch (error) {
        return fail(error);
      }
    },
    fail,
  );
}

/** Goes on with a value that comes late, when it is its turn: many may come in the same moment. */
export function whenThere(
  { allowance }: Run,
  late: Promise<unknown>,
  goOn: (value: unknown) => unknown,
  fail?: (error: unknown) => unknown,
): Promise<unknown> {
  return late.then((value) => (allowance.isSliceOver ? allowance.turn().then(() => goOn(value)) : goOn(value)), fail);
}

function failing(run: Run, field: PlannedField, info: GraphQLResolveInfo): (error: unknown) => null {
  return (error) => nulled(run, field, field.type, info.path, error);
}

function pathOf({ key, parentType }: PlannedField, parent: Path | undefined): Path {
  return { prev: parent, key, typename: parentType.name };
}

function infoOf(run: Run, field: PlannedField, parent: Path | undefined): GraphQLResolveInfo {
  return {
    fieldName: field.definition.name,
    fieldNodes: field.nodes,
    returnType: field.type,
    parentType: field.parentType,
    path: pathOf(field, parent),
    schema: run.schema,
    fragments: run.fragments,
    rootValue: run.rootValue,
    operation: run.operation,
    variableValues: run.variables,
  };
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Makes a place null because of an error; throws it on where null may not stand, and where all is over. */
export function nulled(run: Run, field: PlannedField, type: GraphQLOutputType, path: Path, cause: unknown): null {
  run.allowance.spend(ERROR_BYTES);
  const error = locatedError(cause, field.nodes, responsePathAsArray(path));
  if (isNonNullType(type)) throw error;
  note(run, error, path);
  return null;
}

/** Adds an error, unless its place is gone already: below a null there is nothing to explain. */
export function note({ errors, nulled }: Run, error: GraphQLError, path: Path | undefined): void {
  if (nulled.has(undefined)) return;
  for (let place = path; place; place = place.prev) if (nulled.has(place)) return;
  nulled.add(path);
  errors.add(error);
}

/** A copy for each resolver: it may change what it was given. */
function argumentsOf({ args, variables }: Run, field: PlannedField): Record<string, unknown> {
  let read = args.get(field);
  if (!read) {
    read = getArgumentValues(field.definition, field.nodes[0] as FieldNode, variables);
    args.set(field, read);
  }
  return { ...read };
}

/** Waits for the pending fields alone: a promise for each value that is there would cost more than the value. */
function settled(answer: Answer, pending: readonly string[]): Promise<Answer> {
  const place = (values: readonly unknown[]) => {
    for (const [index, key] of pending.entries()) answer[key] = values[index];
    return answer;
  };
  const [first] = pending;
  if (pending.length === 1 && first !== undefined) {
    return (answer[first] as Promise<unknown>).then((value) => place([value]));
  }
  return Promise.all(pending.map((key) => answer[key])).then(place);
}
