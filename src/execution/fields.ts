import {
  type FieldNode,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isNonNullType,
  locatedError,
  responsePathAsArray,
} from 'graphql';
import { Allowance, ERROR_WORK, RESOLVED_WORK } from './allowance.ts';
import type { MaybePromise, Path, PlannedField, PlannedFields, Run, ValueKind } from './planned-field.ts';
import { argumentsOf } from './variables.ts';
import { objectOf, piecesOf, type Written } from './written.ts';

type Answer = Record<string, unknown>;

/** Every planned field of one object. A throwing field that cannot be null ends them all, as the language says. */
export function executeFields(
  run: Run,
  { fields, later, work, length, hasProto }: PlannedFields,
  source: unknown,
  path: Path | undefined,
): MaybePromise<Answer | Written> {
  const answer: Answer = hasProto ? Object.create(null) : {};
  const pending: string[] = [];
  let textLength = length;
  try {
    for (const field of fields) {
      const value = executeField(run, field, source, path);
      answer[field.key] = value;
      if (typeof value === 'string') textLength += value.length;
      else if (isPromise(value)) pending.push(field.key);
    }
    run.allowance.spend(work, textLength);
  } catch (error) {
    if (pending.length === 0) throw error;
    // Nothing may still run when the answer goes out.
    return settled(answer, pending).finally(() => {
      throw error;
    });
  }
  for (const { label, fields: deferred } of later) {
    run.parts().begin(run, { path, label, brings: 'data' }, (part) => executeFields(part, deferred, source, path));
  }
  return pending.length === 0 ? answer : settled(answer, pending);
}

/** The most that is told of a mutation whose answer is too much. */
const BRIEF_BYTES = 1_000_000;

/**
 * The root fields of a mutation: each begins when the one before it is done. What was written must be told, so where an
 * answer is too much the field has what its result says without asking for more, and those after it are not begun.
 */
export async function executeSerially(run: Run, { fields, hasProto }: PlannedFields): Promise<Answer | Written> {
  const { allowance } = run;
  const answer: Answer = hasProto ? Object.create(null) : {};
  const unanswered = (field: PlannedField, outcome: string): null => {
    const { over: originalError, limits } = allowance;
    const error = new GraphQLError(originalError?.message ?? '', { originalError, extensions: { outcome } });
    const room = { ...run, allowance: new Allowance(limits) };
    return nulled(room, field, field.kind.type, pathOf(field, undefined), error);
  };
  for (const field of fields) {
    if (allowance.over) {
      answer[field.key] = unanswered(field, 'NOT_SENT');
      continue;
    }
    try {
      answer[field.key] = await allowance.unlessOver(executeField(run, field, run.rootValue, undefined));
      allowance.write(piecesOf(answer[field.key]));
    } catch (error) {
      const { over, limits } = allowance;
      if (!over) throw error;
      const maxBytes = Math.min(BRIEF_BYTES, limits.maxBytes / 2);
      const brief = { ...run, allowance: new Allowance({ ...limits, maxBytes }), cutBy: over };
      try {
        answer[field.key] = await brief.allowance.unlessOver(executeField(brief, field, run.rootValue, undefined));
      } catch {
        answer[field.key] = unanswered(field, 'UNKNOWN');
      }
    }
  }
  return objectOf(answer);
}

/** Places and `info` are made only where somebody looks at them: for most values of a list nobody does. */
function executeField(run: Run, field: PlannedField, source: unknown, parent: Path | undefined): unknown {
  const { plain } = field;
  try {
    run.refuse?.(field, () => pathOf(field, parent));
    if (plain) {
      const value = plain.read(source);
      const written = plain.write(value);
      if (written !== undefined) return written;
      return completeAt(run, field, field.kind, pathOf(field, parent), value);
    }
    const path = pathOf(field, parent);
    return completeAt(run, field, field.kind, path, resolved(run, field, source, path));
  } catch (error) {
    return nulled(run, field, field.kind.type, pathOf(field, parent), error);
  }
}

/** What its resolver returns. That of a root field is kept, as it is what a mutation wrote. */
function resolved(run: Run, field: PlannedField, source: unknown, path: Path): unknown {
  const { results, cutBy, context } = run;
  const { resolve, definition, readsRow } = field;
  const isRoot = path.prev === undefined;
  if (cutBy && isRoot) return results.get(field);
  if (cutBy && field.looksFurther) throw cutBy;
  if (readsRow && !isRoot) return readsRow(source);
  // A copy for each resolver: it may change what it was given.
  const args =
    definition.args.length === 0 ? {} : { ...argumentsOf(definition, field.nodes[0] as FieldNode, run.variables) };
  const value = resolve(source, args, context, infoOf(run, field, path));
  if (isRoot) results.set(field, value);
  return value;
}

/**
 * Completes the value of a field or of a list's item in its place. Errors are thrown, but those that come later make
 * the place null. A value that comes late is gone on with when it is its turn: many may come in the same moment.
 */
export function completeAt(run: Run, field: PlannedField, kind: ValueKind, path: Path, value: unknown): unknown {
  if (!isPromise(value)) {
    const completed = kind.complete(run, field, path, value);
    return isPromise(completed)
      ? completed.catch((error: unknown) => nulled(run, field, kind.type, path, error))
      : completed;
  }
  const { allowance } = run;
  const goOn = (late: unknown) => {
    allowance.spend(RESOLVED_WORK, typeof late === 'string' ? late.length : 0);
    return kind.complete(run, field, path, late);
  };
  return value
    .then((late) => (allowance.isSliceOver ? allowance.turn().then(() => goOn(late)) : goOn(late)))
    .catch((error: unknown) => nulled(run, field, kind.type, path, error));
}

function pathOf({ key, parentType }: PlannedField, parent: Path | undefined): Path {
  return { prev: parent, key, typename: parentType.name };
}

export function infoOf(run: Run, field: PlannedField, path: Path): GraphQLResolveInfo {
  return {
    fieldName: field.definition.name,
    fieldNodes: field.nodes,
    returnType: field.kind.type,
    parentType: field.parentType,
    path,
    schema: run.schema,
    fragments: run.fragments,
    rootValue: run.rootValue,
    operation: run.operation,
    variableValues: run.variables,
  };
}

/** Makes a place null because of an error; throws it on where null may not stand, and where all is over. */
export function nulled(run: Run, field: PlannedField, type: GraphQLOutputType, path: Path, cause: unknown): null {
  run.allowance.spend(ERROR_WORK);
  const error = locatedError(cause, field.nodes, responsePathAsArray(path));
  if (isNonNullType(type)) throw error;
  note(run, error, path);
  return null;
}

/** Adds an error, unless its place is gone already: below a null there is nothing to explain. */
export function note(run: Run, error: GraphQLError, path: Path | undefined): void {
  if (isBelowNull(run, path)) return;
  run.nulled.add(path);
  run.errors.add(error);
}

/** Whether an error has made a place null, or one above it. */
export function isBelowNull({ nulled }: Run, path: Path | undefined): boolean {
  for (let place = path; place; place = place.prev) if (nulled.has(place)) return true;
  return nulled.has(undefined);
}

/** Waits for the pending fields alone: a promise for each value that is there would cost more than the value. */
function settled(answer: Answer, pending: readonly string[]): Promise<Answer | Written> {
  const place = (values: readonly unknown[]) => {
    for (const [index, key] of pending.entries()) answer[key] = values[index];
    return objectOf(answer);
  };
  const late = pending.map((key) => answer[key] as Promise<unknown>);
  const [only] = late;
  return late.length === 1 && only ? only.then((value) => place([value])) : Promise.all(late).then(place);
}

/**
 * Resolvers give promises of the language alone. Looking for `then` in rows, which have many shapes, takes four times as
 * long, and this is asked for every value.
 */
export function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
