import type { InputRef } from '@pothos/core';
import { hoodDateTime } from '../../sources/time.ts';
import { builder } from '../builder.ts';
import { BadInput } from '../caller-error.ts';

/** How a filter input's operators are written for Hood. */
export interface FilterKind {
  input: InputRef<Operators>;
  /** The value as Hood writes it, or undefined when no row can have it. Never called with null. `BadInput` names the place. */
  write: (value: never, rounding: Rounding, place: string) => string | undefined;
}

/** The operators a client gave for one field; which of them exist depends on the input type. */
export type Operators = Partial<Record<Operator, unknown>>;
export type Operator = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'notIn' | 'isNull';

/** How a value that Hood cannot write is rounded: up, down, or not at all. */
export type Rounding = 'up' | 'down' | 'exact';

type OperandType = 'String' | 'ID' | 'Int' | 'Float' | 'Boolean' | 'DateTime';

const SINGLE = { eq: 'Equal to this.', neq: 'Not equal to this.' } as const;

const BOUNDS = {
  gt: 'Greater than this.',
  gte: 'Greater than or equal to this.',
  lt: 'Less than this.',
  lte: 'Less than or equal to this.',
} as const;

const LIST = {
  in: 'Any of these; an empty list matches nothing, without a call.',
  notIn: 'None of these; an empty list is no condition.',
} as const;

/** Declares a filter input type over one type of operand. All have the same operators, but for bounds. */
export function filterKind(
  name: string,
  operand: OperandType | InputRef<unknown>,
  { write = String, isOrdered = false, note = '' }: Partial<FilterKind> & { isOrdered?: boolean; note?: string } = {},
): FilterKind {
  const one = isOrdered ? 'One operator, or one lower and one upper bound together.' : 'One operator.';
  const input = builder.inputType(name, {
    description: note ? `${one} ${note}` : one,
    fields: (t) => {
      const fieldsOf = (operators: Record<string, string>, type: 'String' | ['String']) =>
        Object.entries(operators).map(([name, description]) => [name, t.field({ type, description })]);
      const single = operand as 'String';
      return {
        ...Object.fromEntries(fieldsOf({ ...SINGLE, ...(isOrdered && BOUNDS) }, single)),
        ...Object.fromEntries(fieldsOf(LIST, [single])),
        isNull: t.boolean({ description: 'True: has no value. False: has any value.' }),
      };
    },
  });
  return { input: input as InputRef<Operators>, write };
}

const TEXTUAL = { note: 'Members of lists must not contain commas.' };

export const StringFilter = filterKind('HoodStringFilter', 'String', TEXTUAL);

export const IDFilter = filterKind('HoodIDFilter', 'ID', TEXTUAL);

export const IntFilter = filterKind('HoodIntFilter', 'Int', { isOrdered: true });

export const WholeNumberFilter = filterKind('HoodFloatFilter', 'Float', {
  write: wholeNumber,
  isOrdered: true,
  note: 'Whole numbers within ±(2^53 − 1).',
});

export const BooleanFilter = filterKind('HoodBooleanFilter', 'Boolean', {
  write: (value: boolean) => (value ? '1' : '0'),
});

export const DateTimeFilter = filterKind('HoodDateTimeFilter', 'DateTime', {
  write: wholeSecond,
  isOrdered: true,
  note: 'The API has whole seconds: finer bounds are rounded so that the same rows match.',
});

/**
 * `gte 12:00:00.5` holds for the rows of `gte 12:00:01`, `gt 12:00:00.5` for those of `gt 12:00:00`:
 * an inclusive lower and an exclusive upper bound move up, the others down.
 */
function wholeSecond(moment: Date, rounding: Rounding, place: string): string | undefined {
  const seconds = moment.getTime() / 1000;
  if (rounding === 'exact' && !Number.isInteger(seconds)) return undefined;
  const whole = new Date((rounding === 'up' ? Math.ceil(seconds) : Math.floor(seconds)) * 1000);
  // An offset or the rounding can lead out of the years that have four digits.
  if (whole.getUTCFullYear() < 0 || whole.getUTCFullYear() > 9999) {
    throw new BadInput(
      `\`${place}\`: expected a moment within the years 0000 to 9999 of UTC, such as "2025-02-06T11:33:46Z".`,
    );
  }
  return hoodDateTime(whole);
}

function wholeNumber(value: number, _rounding: Rounding, place: string): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new BadInput(`\`${place}\`: expected a whole number within ±(2^53 − 1), such as 5000000000.`);
}
