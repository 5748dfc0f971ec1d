import type { GraphQLResolveInfo } from 'graphql';
import { isSegment } from '../../http/client/path.ts';
import type { HoodRow } from '../../sources/hood/answers.ts';
import type { RowSource } from '../../sources/hood/row-lookup.ts';
import { CallerError } from '../caller-error.ts';
import type { Context } from '../context.ts';
import { byArguments, type Charge } from '../cost/charge.ts';
import { idOf, mistake } from '../input-checks.ts';
import { hasSelected, upstreamFields } from '../selection.ts';

/** The id of the row of a type that is to be changed. */
export function hoodIdOf(typeName: string) {
  return idOf(typeName).refine(isSegment, mistake('UNKNOWN_ID', 'Expected an id that Hood gave out.'));
}

/** What reading a row again costs after a write that knows these fields of it. */
export function rereadCost(typeName: string, known: readonly string[]) {
  return byArguments('call', (_args, asked): readonly Charge[] =>
    upstreamFields(asked, typeName).every((field) => known.includes(field)) ? [] : [{ api: 'HOOD', calls: 1 }],
  );
}

/** A row after a write: as it is known where that is all that is selected, and else read again. */
export async function writtenRow(
  known: HoodRow,
  source: RowSource,
  typeName: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<never> {
  const row = hasSelected(known, info, typeName)
    ? known
    : await context.hood.row(source, String(known.id), upstreamFields(info, typeName));
  if (row === null) throw new CallerError('NOT_FOUND', 'The object no longer exists.');
  // The row behind a type is what its collection answers; Pothos cannot know that.
  return row as never;
}
