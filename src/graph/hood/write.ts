import type { GraphQLResolveInfo } from 'graphql';
import { isSegment } from '../../http/client/path.ts';
import type { RowSource } from '../../sources/hood/row-lookup.ts';
import { CallerError } from '../caller-error.ts';
import type { Context } from '../context.ts';
import { idOf, mistake } from '../input-checks.ts';
import { upstreamFields } from '../selection.ts';

/** The id of the row of a type that is to be changed. */
export function hoodIdOf(typeName: string) {
  return idOf(typeName).refine(isSegment, mistake('UNKNOWN_ID', 'Expected an id that Hood gave out.'));
}

/** A row after it was changed: Hood answers a change without it, so it is read again, as selected. */
export async function reread(
  source: RowSource,
  id: string,
  typeName: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<never> {
  const row = await context.hood.row(source, id, upstreamFields(info, typeName));
  if (row === null) throw new CallerError('NOT_FOUND', 'What was changed is not there any more.');
  // The row behind a type is what its collection answers; Pothos cannot know that.
  return row as never;
}
