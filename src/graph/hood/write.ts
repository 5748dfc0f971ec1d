import { isSegment } from '../../http/client/path.ts';
import type { HoodRow } from '../../sources/hood/answers.ts';
import type { FieldsOf } from '../builder.ts';
import { CallerError } from '../caller-error.ts';
import { byArguments, type Charge, PAID_ABOVE } from '../cost/charge.ts';
import { idOf, mistake } from '../input-checks.ts';
import { hasSelected, upstreamFields } from '../selection.ts';
import type { HoodCollection } from './collection.ts';

/** The id of the row of a type that is to be changed. */
export function hoodIdOf(typeName: string) {
  return idOf(typeName).refine(isSegment, mistake('UNKNOWN_ID', 'Expected an id that Hood gave out.'));
}

/** At least one field of an input must say what to change beside the id. */
export const SOMETHING_TO_CHANGE = [
  ({ hoodId: _hoodId, ...changes }: { hoodId: string }) => Object.values(changes).some((value) => value !== undefined),
  mistake('REQUIRED', 'Expected at least one field to change.'),
] as const;

/** What a write leads to. */
export interface WrittenRow {
  /** What is known of the row; undefined where Hood has answered a creation without it. */
  known: HoodRow | undefined;
  /** Then finds the row with these fields, where that can be done. */
  find?: (fields: readonly string[]) => Promise<HoodRow | null>;
}

/**
 * The field of a success that has the row as it is now: as it is known where that is all that is selected, and else read
 * again. `known` are the fields that are always known; without it the mutation has paid for reading them.
 */
export function rowField<Written extends WrittenRow>(
  fields: FieldsOf<Written>,
  { type, rows, singular, typeName }: HoodCollection,
  known?: readonly string[],
) {
  // Only the fields of WrittenRow are read, so the builder of any wider success will do.
  const t = fields as unknown as FieldsOf<WrittenRow>;
  const reread = byArguments('call', (_args, asked): readonly Charge[] =>
    upstreamFields(asked, typeName).every((field) => known?.includes(field)) ? [] : [{ api: 'HOOD', calls: 1 }],
  );
  return t.field({
    type,
    description: `The ${singular} as it is now; null when ${known ? 'it' : 'the API answered without it and it'} could not be read again.`,
    cost: known ? reread : PAID_ABOVE,
    resolve: async ({ known: row, find }, _args, context, info): Promise<never> => {
      const isEnough = row && hasSelected(row, info, typeName);
      const selected = upstreamFields(info, typeName);
      const now = isEnough ? row : await (row ? context.hood.row(rows, String(row.id), selected) : find?.(selected));
      if (row && !now) throw new CallerError('NOT_FOUND', 'The object no longer exists.');
      // The row behind a type is what its collection answers; Pothos cannot know that.
      return now as never;
    },
  });
}
