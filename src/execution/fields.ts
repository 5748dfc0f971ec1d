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
import type { MaybePromise, Path, PlannedField, PlannedFields, Run, ValueKind } from './planned-field.ts';
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
  const pending: string[] = [];
  let size = bytes;
  try {
    for (const field of fields) {
      const value = executeField(run, field, source, path);
      answer[field.key] = value;
      if (typeof value === 'string') size += value.length;
      else if (isPromise(value)) pending.push(field.key);
    }
    run.allowance.spend(size);
  } catch (error) {
    if (pending.length === 0) throw error;
    // Nothing may still run when the answer goes out.
    return settled(answer, pending).finally(() => {
      throw error;
    });
  }
  return pending.length === 0 ? answer : settled(answer, pending);
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
    run.lost?.refuse(field, () => pathOf(field, parent));
    if (plain) {
      const value = plain.read(source);
      const written = plain.write(value);
      if (written !== undefined) return written;
      const info = infoOf(run, field, parent);
      return completeAt(run, field, field.kind, info, info.path, value);
    }
    const info = infoOf(run, field, parent);
    const args = definition.args.length === 0 ? {} : argumentsOf(run, field);
    return completeAt(run, field, field.kind, info, info.path, field.resolve(source, args, run.context, info));
  } catch (error) {
    return nulled(run, field, field.kind.type, pathOf(field, parent), error);
  }
}

/**
 * Completes the value of a field or of a list's item in its place. Errors are thrown, but those that come later make
 * the place null. A value that comes late is gone on with when it is its turn: many may come in the same moment.
 */
export function completeAt(
  run: Run,
  field: PlannedField,
  kind: ValueKind,
  info: GraphQLResolveInfo,
  path: Path,
  value: unknown,
): unknown {
  if (!isPromise(value)) {
    const completed = kind.complete(run, field, info, path, value);
    return isPromise(completed)
      ? completed.catch((error: unknown) => nulled(run, field, kind.type, path, error))
      : completed;
  }
  const { allowance } = run;
  const goOn = (late: unknown) => {
    allowance.spend(typeof late === 'string' ? RESOLVED_BYTES + late.length : RESOLVED_BYTES);
    return kind.complete(run, field, info, path, late);
  };
  return value
    .then((late) => (allowance.isSliceOver ? allowance.turn().then(() => goOn(late)) : goOn(late)))
    .catch((error: unknown) => nulled(run, field, kind.type, path, error));
}

function pathOf({ key, parentType }: PlannedField, parent: Path | undefined): Path {
  return { prev: parent, key, typename: parentType.name };
}

function infoOf(run: Run, field: PlannedField, parent: Path | undefined): GraphQLResolveInfo {
  return {
    fieldName: field.definition.name,
    fieldNodes: field.nodes,
    returnType: field.kind.type,
    parentType: field.parentType,
    path: pathOf(field, parent),
    schema: run.schema,
    fragments: run.fragments,
    rootValue: run.rootValue,
    operation: run.operation,
    variableValues: run.variables,
  };
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
  const late = pending.map((key) => answer[key] as Promise<unknown>);
  const [only] = late;
  return late.length === 1 && only ? only.then((value) => place([value])) : Promise.all(late).then(place);
}
