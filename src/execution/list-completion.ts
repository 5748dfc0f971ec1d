import { setImmediate } from 'node:timers/promises';
import { PART_WORK, VALUE_WORK } from './allowance.ts';
import { completeAt, isPromise, nulled } from './fields.ts';
import type { Path, PlannedField, Run, ValueKind } from './planned-field.ts';
import { listOf, Writer } from './written.ts';

/** So many rows that came later are written at once. */
const ROWS_AT_ONCE = 50;

/**
 * Completes the members of a list. A long list lets others go first again and again, and is written meanwhile. Of a
 * list with `@stream` all but the first members become later parts.
 */
export function completeList(
  run: Run,
  field: PlannedField,
  kind: ValueKind,
  path: Path,
  items: readonly unknown[],
): unknown {
  const { allowance } = run;
  // Lists within a list are not streamed.
  const stream = typeof path.key === 'string' ? field.stream : undefined;
  const end = Math.min(items.length, stream?.initialCount ?? items.length);
  const streamed = end < items.length ? stream : undefined;
  const completed: unknown[] = [];
  let next = 0;
  let isPending = false;

  const memberAt = (run: Run, key: number): unknown => {
    const place: Path = { prev: path, key, typename: undefined };
    allowance.spend(VALUE_WORK, 1);
    try {
      const member = completeAt(run, field, kind, place, items[key]);
      if (typeof member === 'string') allowance.spend(0, member.length + 2);
      return member;
    } catch (error) {
      return nulled(run, field, kind.type, place, error);
    }
  };

  /** Completes members until it is the turn of others; whether all are done. */
  const goOn = (): boolean => {
    for (; next < end; next += 1) {
      if (allowance.isSliceOver) return false;
      const member = memberAt(run, next);
      isPending ||= isPromise(member);
      completed.push(member);
    }
    return true;
  };

  const finish = async (): Promise<unknown> => {
    const writer = new Writer('[]');
    let harmless = 0;
    do {
      if (!isPending) writer.addAll(completed.splice(0));
      // Nobody awaits these yet.
      silence(completed.slice(harmless));
      harmless = completed.length;
      await allowance.turn();
    } while (!goOn());
    const late = await Promise.all(completed);
    while (late.length > 0) {
      writer.addAll(late.splice(0, ROWS_AT_ONCE));
      if (late.length > 0) await setImmediate();
    }
    return writer.end();
  };

  /** Makes later parts of the rest, as many rows in each as are complete at one moment. */
  const streamRest = async ({ label }: { label: string | undefined }): Promise<void> => {
    let key = end;
    for (let owner = run; key < items.length && !owner.nulled.has(undefined) && !allowance.over; ) {
      if (allowance.isSliceOver) await allowance.turn();
      const place: Path = { prev: path, key, typename: undefined };
      owner = run.parts().begin(owner, { path: place, label, brings: 'items' }, (part) => {
        const members: unknown[] = [];
        allowance.spend(PART_WORK);
        try {
          do {
            members.push(memberAt(part, key));
            key += 1;
          } while (key < items.length && !allowance.isSliceOver && !isPromise(members.at(-1)));
        } catch (error) {
          // What came before it is a part by itself; it fails the next one.
          if (members.length === 0 || allowance.over) throw error;
        }
        return Promise.all(members);
      });
    }
  };

  try {
    const isDone = goOn();
    if (!isDone || streamed) silence(items);
    if (streamed) void run.parts().expect(streamRest(streamed));
    if (!isDone) return finish();
    return isPending ? Promise.all(completed).then(listOf) : completed;
  } catch (error) {
    silence([...items, ...completed]);
    throw error;
  }
}

/** What fails after all is lost must not end the process, as a rejection that nobody awaits would. */
function silence(outcomes: Iterable<unknown>): void {
  for (const outcome of outcomes) if (isPromise(outcome)) outcome.catch(() => {});
}
