import { isoDateTime } from '../time.ts';

/** What the value of a field must be: one operator, or a lower and an upper bound. Members of lists have no commas. */
export type Condition = Readonly<
  Partial<Record<Comparison, string>> & Partial<Record<'in' | 'notIn', readonly string[]>> & { isNull?: boolean }
>;

type Comparison = 'eq' | 'neq' | Bound;
type Bound = 'gt' | 'gte' | 'lt' | 'lte';

/** A condition for each field that has one. */
export type Conditions = Readonly<Record<string, Condition>>;

/**
 * Hood's own operators for ours. A range has one of its own, because Hood does not say what two parameters of the same
 * name would mean.
 */
const OPERATORS: Readonly<Record<string, string>> = {
  notIn: 'nin',
  'gte lte': 'rf',
  'gte lt': 'rl',
  'gt lte': 'rr',
  'gt lt': 'r',
};

/**
 * Conditions in Hood's filter grammar, `<field>=<operator>:<value>`. An operator is always written out: a bare
 * `create_time=2025-01-29 12:47:00` contains a colon and could be read as one (docs.ocamba.com, API overview).
 */
export function written(conditions: Conditions): Record<string, string> {
  const texts = Object.entries(conditions).map(([field, { isNull, ...values }]) => {
    // Hood spells it the other way round than one would think.
    if (isNull !== undefined) return [field, isNull ? 'isn:' : 'is:'];
    // Lower bounds come before upper ones.
    const operators = Object.keys(values).sort() as (keyof typeof values)[];
    const operator = operators.join(' ');
    return [field, `${OPERATORS[operator] ?? operator}:${operators.map((name) => values[name]).join()}`];
  });
  return Object.fromEntries(texts);
}

/**
 * A condition with one more inclusive bound on the same field. Undefined where the grammar has none for both: beside `eq`,
 * `in` and the like, or where nothing lies between the bounds. The values must sort as texts, which times in Hood's
 * spelling do.
 */
export function narrowed(condition: Condition = {}, bound: 'gte' | 'lte', value: string): Condition | undefined {
  const { isNull, ...bounds } = condition;
  // Rows without a value are in no range.
  if (isNull || Object.keys(bounds).some((name) => !/^[gl]te?$/.test(name))) return undefined;
  const { gt, gte = gt, lt, lte = lt } = bounds;
  const [own, far] = bound === 'gte' ? [gte, lte] : [lte, gte];
  const isBefore = (one: string, other: string) => (bound === 'gte' ? one < other : one > other);
  if (far !== undefined && isBefore(far, value)) return undefined;
  if (own !== undefined && !isBefore(own, value)) return bounds;
  const others = Object.entries(bounds).filter(([name]) => name[0] !== bound[0]);
  return { ...Object.fromEntries(others), [bound]: value };
}

/** The values that a condition names, where rows with any other one cannot meet it. */
export function valuesIn({ eq, in: members }: Condition): ReadonlySet<string> | undefined {
  return eq === undefined ? members && new Set(members) : new Set([eq]);
}

/**
 * Whether a row meets conditions on its texts and times as Hood applies them; one without a value, or with a time that
 * cannot be read, meets `isNull` alone.
 */
export function meets(row: object, conditions: Conditions): boolean {
  return Object.entries(conditions).every(([field, { isNull, in: members, notIn, ...comparisons }]) => {
    const given: unknown = (row as Record<string, unknown>)[field];
    const value = field.endsWith('_time')
      ? timeIn(given)
      : given === null || given === undefined
        ? null
        : String(given);
    if (value === null || isNull !== undefined) return (value === null) === (isNull ?? false);
    if (members && !members.includes(value)) return false;
    if (notIn?.includes(value)) return false;
    return Object.entries(comparisons).every(([name, bound]) => COMPARE[name as Comparison](value, bound));
  });
}

const COMPARE: Record<Comparison, (one: string, other: string) => boolean> = {
  eq: (one, other) => one === other,
  neq: (one, other) => one !== other,
  gt: (one, other) => one > other,
  gte: (one, other) => one >= other,
  lt: (one, other) => one < other,
  lte: (one, other) => one <= other,
};

/** A time as it stands in conditions, `2025-01-29 12:47:00`; null for one that cannot be read. */
export function timeIn(value: unknown): string | null {
  return isoDateTime(value)?.slice(0, 19).replace('T', ' ') ?? null;
}
