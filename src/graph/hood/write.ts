import { z } from 'zod';
import { isSegment } from '../../http/client/path.ts';
import type { HoodRow } from '../../sources/hood/rows.ts';
import type { FieldsOf } from '../builder.ts';
import { CallerError } from '../caller-error.ts';
import { type Asked, type Charge, PAID_ABOVE } from '../cost/charge.ts';
import { mistake } from '../input-checks.ts';
import type { InputFields, Rule } from '../mutation.ts';
import { hasSelected, upstreamFields } from '../selection.ts';
import type { HoodCollection } from './collection.ts';
import { hoodNameOf } from './filters.ts';

const HOOD_ID = z.string().refine(isSegment, mistake('UNKNOWN_ID', 'Expected an id that Hood gave out.'));

/** The input field that names the row of a type that is to be changed. */
export function hoodIdInput(t: InputFields, typeName: string, noun: string) {
  return t.id({ idOf: typeName, required: true, description: `The id that Hood gave the ${noun}.`, check: HOOD_ID });
}

/** At least one field of an input must say what to change beside the id. */
export const SOMETHING_TO_CHANGE: Rule<object> = [
  (input) => Object.keys(input).length > 1,
  { path: [], code: 'REQUIRED', message: 'Expected at least one field to change.' },
];

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
  const reread = (_args: unknown, asked: Asked): readonly Charge[] =>
    upstreamFields(asked, typeName).every((field) => known?.includes(field)) ? [] : [{ api: 'HOOD', calls: 1 }];
  return t.field({
    type,
    description: `The ${singular} as it is now; null when ${known ? 'it' : 'the API answered without it and it'} could not be read again.`,
    cost: known ? reread : PAID_ABOVE,
    resolve: async ({ known: row, find }, _args, context, info) => {
      const isEnough = row && hasSelected(row, info, typeName);
      const selected = upstreamFields(info, typeName);
      const now = isEnough ? row : await (row ? context.hood.row(rows, String(row.id), selected) : find?.(selected));
      if (row && !now) throw new CallerError('NOT_FOUND', 'The object no longer exists.');
      return now;
    },
  });
}

/**
 * Hood's names for what an input gives, `data_type` for `dataType`, and its form of values: flags are 0 and 1 (vendor's page:
 * create profile property), days are `2025-01-21`. What was not given is left out; of something `new`, and inside of
 * objects, null as well.
 */
export function upstreamNames(given: object, isNew?: 'new'): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined && !(isNew && value === null))
      .map(([name, value]) => [hoodNameOf(name), upstreamValue(value)]),
  );
}

function upstreamValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'object' && value !== null) return upstreamNames(value, 'new');
  return typeof value === 'boolean' ? Number(value) : value;
}
