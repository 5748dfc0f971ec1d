import type { Condition, Conditions } from '../../sources/hood/grammar.ts';
import { MAX_LIST_LENGTH } from '../../sources/id-lists.ts';
import { BadInput } from '../caller-error.ts';
import { withApiIds } from '../node-ids.ts';
import type { FilterKind, Operator, Operators, Rounding } from './filter-inputs.ts';

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

const LOWER: readonly Operator[] = ['gt', 'gte'];
const UPPER: readonly Operator[] = ['lt', 'lte'];

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
type Outcome = Condition | null | undefined;

function conditionOf(path: string, operators: Operators | null, kind: FilterKind): Outcome {
  const given = Object.entries(operators ?? {}) as [Operator, unknown][];
  if (operators === null || given.some(([, value]) => value === null)) {
    throw new BadInput(
      `Expected a value in \`${path}\`, not null: leave it out, or use \`isNull\` where there is one.`,
    );
  }
  const lower = given.find(([operator]) => LOWER.includes(operator));
  const upper = given.find(([operator]) => UPPER.includes(operator));
  if (given.length === 2 && lower && upper) return range(path, lower, upper, kind);
  const [only] = given;
  if (!only || given.length > 1) {
    throw new BadInput(
      `Expected one operator in \`${path}\`, or one lower bound (gt, gte) with one upper bound (lt, lte), not ${given.length ? given.map(([operator]) => operator).join(' and ') : 'none'}.`,
    );
  }
  return single(path, ...only, kind);
}

function single(path: string, operator: Operator, value: unknown, kind: FilterKind): Outcome {
  switch (operator) {
    case 'isNull':
      return { isNull: value as boolean };
    case 'in':
    case 'notIn':
      return list(`${path}.${operator}`, operator, value as readonly unknown[], kind);
    default: {
      const text = write(`${path}.${operator}`, value, ROUNDING[operator] ?? 'exact', kind);
      // No row is equal to what Hood cannot hold, and every other one is.
      if (text === undefined) return operator === 'neq' ? undefined : null;
      return { [operator]: text };
    }
  }
}

function list(path: string, operator: 'in' | 'notIn', values: readonly unknown[], kind: FilterKind): Outcome {
  const texts = new Set(values.flatMap((value, index) => write(`${path}.${index}`, value, 'exact', kind) ?? []));
  if (texts.size === 0) return operator === 'in' ? null : undefined;
  if (texts.values().some((text) => text.includes(','))) {
    throw new BadInput(
      `Expected members without commas in \`${path}\`: the API cannot tell such a comma from the next member.`,
    );
  }
  if (encodeURIComponent([...texts].join().toWellFormed()).length > MAX_LIST_LENGTH) {
    throw new BadInput(`Expected at most 4 kB of members in \`${path}\`: ask for them in several parts.`);
  }
  return { [operator]: [...texts] };
}

function range(path: string, lower: [Operator, unknown], upper: [Operator, unknown], kind: FilterKind): Outcome {
  const [from = '', to = ''] = [lower, upper].map(([operator, value]) =>
    write(`${path}.${operator}`, value, ROUNDING[operator] ?? 'exact', kind),
  );
  const isWithBoth = lower[0] === 'gte' && upper[0] === 'lte';
  // Only numbers and moments have bounds. They are compared as they are sent: `gte .2` with `lte .8` holds no whole second.
  const isEmpty = from === to ? !isWithBoth : rank(from) > rank(to);
  return isEmpty ? null : { [lower[0]]: from, [upper[0]]: to };
}

/** A number, or a moment `YYYY-MM-DD HH:MM:SS`, as a number that sorts like it. */
function rank(text: string): number {
  return Number(text.replaceAll(/(?!^)[-: ]/g, ''));
}

function write(path: string, value: unknown, rounding: Rounding, kind: FilterKind): string | undefined {
  if (value === null) throw new BadInput(`Expected members other than null in \`${path}\`.`);
  const text = kind.write(value as never, rounding, path);
  if (text === '') {
    throw new BadInput(
      `Expected a text that is not empty in \`${path}\`: the API would take an empty one for no condition.`,
    );
  }
  return text;
}
