/** What lists of Hood can be filtered by: the inputs, and how they are written in its grammar. */
import type { InputRef } from '@pothos/core';
import type { Condition, Conditions } from '../../sources/hood/grammar.ts';
import { MAX_LIST_LENGTH } from '../../sources/id-lists.ts';
import { hoodDateTime } from '../../sources/time.ts';
import { builder } from '../builder.ts';
import { BadInput } from '../caller-error.ts';
import { withApiIds } from '../node-ids.ts';

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

/** A filterable field: its name upstream, and how its operators are written. */
export interface FilterField {
  upstream: string;
  kind: FilterKind;
  /** Replaces the usual description. */
  description?: string;
  /** The type that its values are ids of objects of: their `id`s do as well. */
  idOf?: string;
  /** Lists of Hood cannot be filtered by it: it is the id by which rows are fetched one by one. */
  isFetched?: true;
}

/** Our name of a field as Hood spells it: `data_type` for `dataType`. */
export function hoodNameOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Conditions of one kind on several fields, which have the same names in Hood. */
export function filtersOf(kind: FilterKind, ...names: string[]): Record<string, FilterField> {
  return Object.fromEntries(names.map((name) => [name, { upstream: hoodNameOf(name), kind }]));
}

/** `gte` and `lt` bounds between two seconds move up, `gt` and `lte` bounds down; the rows stay the same. */
const ROUNDING: Partial<Record<Operator, Rounding>> = { gte: 'up', lt: 'up', gt: 'down', lte: 'down' };

/**
 * A filter argument as Hood's conditions, or `nothing` when no row can meet them all. Throws `BadInput` for what the REST grammar cannot say, before any
 * call: several operators that make no range, an explicit null, a comma in a list, an empty text.
 */
export function conditionsOf(
  filter: Record<string, Operators | null> | null | undefined,
  fields: Record<string, FilterField>,
): Conditions | 'nothing' {
  const conditions: Record<string, Condition> = {};
  let isEmpty = false;
  for (const [name, operators] of Object.entries(filter ?? {})) {
    const { upstream, kind, idOf } = fields[name] as FilterField;
    const write = (value: string) => String(idOf === undefined ? value : withApiIds({ value }, { value: idOf }).value);
    const condition = conditionOf(`filter.${name}`, operators, idOf === undefined ? kind : { ...kind, write });
    // A mistake in a later field is still reported.
    if (condition === null) isEmpty = true;
    else if (condition !== undefined) conditions[upstream] = condition;
  }
  return isEmpty ? 'nothing' : conditions;
}

/** Null where no row can meet it, undefined where every row does. */
function conditionOf(path: string, operators: Operators | null, kind: FilterKind): Condition | null | undefined {
  const given = Object.entries(operators ?? {}) as [Operator, unknown][];
  if (operators === null || given.some(([, value]) => value === null)) {
    throw new BadInput(
      `Expected a value in \`${path}\`, not null: leave it out, or use \`isNull\` where there is one.`,
    );
  }
  const write = (place: string, value: unknown, rounding: Rounding = 'exact') => {
    if (value === null) throw new BadInput(`Expected members other than null in \`${path}.${place}\`.`);
    const text = kind.write(value as never, rounding, `${path}.${place}`);
    if (text !== '') return text;
    throw new BadInput(
      `Expected a text that is not empty in \`${path}.${place}\`: the API would take an empty one for no condition.`,
    );
  };
  const lower = given.find(([operator]) => operator.startsWith('gt'));
  const upper = given.find(([operator]) => operator.startsWith('lt'));
  if (given.length === 2 && lower && upper) {
    const [from = '', to = ''] = [lower, upper].map(([operator, value]) => write(operator, value, ROUNDING[operator]));
    const isWithBoth = lower[0] === 'gte' && upper[0] === 'lte';
    // Only numbers and moments have bounds. They are compared as they are sent: `gte .2` with `lte .8` holds no whole second.
    const isEmpty = from === to ? !isWithBoth : rank(from) > rank(to);
    return isEmpty ? null : { [lower[0]]: from, [upper[0]]: to };
  }
  const [only] = given;
  if (!only || given.length > 1) {
    throw new BadInput(
      `Expected one operator in \`${path}\`, or one lower bound (gt, gte) with one upper bound (lt, lte), not ${given.length ? given.map(([operator]) => operator).join(' and ') : 'none'}.`,
    );
  }
  const [operator, value] = only;
  if (operator === 'isNull') return { isNull: value as boolean };
  if (operator !== 'in' && operator !== 'notIn') {
    const text = write(operator, value, ROUNDING[operator]);
    // No row is equal to what Hood cannot hold, and every other one is.
    if (text === undefined) return operator === 'neq' ? undefined : null;
    return { [operator]: text };
  }
  const members = value as readonly unknown[];
  const texts = new Set(members.flatMap((member, index) => write(`${operator}.${index}`, member) ?? []));
  if (texts.size === 0) return operator === 'in' ? null : undefined;
  if (texts.values().some((text) => text.includes(','))) {
    throw new BadInput(
      `Expected members without commas in \`${path}.${operator}\`: the API cannot tell such a comma from the next member.`,
    );
  }
  if (encodeURIComponent([...texts].join().toWellFormed()).length > MAX_LIST_LENGTH) {
    throw new BadInput(`Expected at most 4 kB of members in \`${path}.${operator}\`: ask for them in several parts.`);
  }
  return { [operator]: [...texts] };
}

/** A number, or a moment `YYYY-MM-DD HH:MM:SS`, as a number that sorts like it. */
function rank(text: string): number {
  return Number(text.replaceAll(/(?!^)[-: ]/g, ''));
}
