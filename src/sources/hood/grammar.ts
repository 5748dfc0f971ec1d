/**
 * Hood's filter grammar, `<field>=<operator>:<value>`. An operator is always written out: a bare
 * `create_time=2025-01-29 12:47:00` contains a colon and could be read as one
 * (docs.ocamba.com, API overview).
 */

/** One condition on one field, as the text after `<field>=`. */
export type Condition = string;

/** Hood's comparisons that take one value. */
export type Comparison = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte';

/** One end of a range, and whether the end itself belongs to it. */
export interface Bound {
  value: string;
  inclusive: boolean;
}

export function compare(comparison: Comparison, value: string): Condition {
  return `${comparison}:${value}`;
}

/** The values must not contain commas: the grammar has no way to escape one. */
export function memberOf(values: readonly string[]): Condition {
  return `in:${values.join(',')}`;
}

/** The values must not contain commas: the grammar has no way to escape one. */
export function noMemberOf(values: readonly string[]): Condition {
  return `nin:${values.join(',')}`;
}

/** Hood spells it the other way round than one would think: `isn` is null, `is` is not null. */
export function nullness(isNull: boolean): Condition {
  return isNull ? 'isn:' : 'is:';
}

/**
 * Everything from `lower` to `upper`. One range operator, because Hood does not say what two parameters
 * of the same name would mean: `rf` is [a,b], `rl` is [a,b), `rr` is (a,b], `r` is (a,b).
 */
export function between(lower: Bound, upper: Bound): Condition {
  const operator = lower.inclusive ? (upper.inclusive ? 'rf' : 'rl') : upper.inclusive ? 'rr' : 'r';
  return `${operator}:${lower.value},${upper.value}`;
}

/**
 * A condition with one more bound on the same field, which belongs to the range, as one condition. Undefined where the
 * grammar has none for both: beside `eq`, `in` and the like, or where nothing lies between the bounds. The values must
 * sort as texts, which times in Hood's spelling do.
 */
export function narrowed(
  condition: Condition | undefined,
  side: 'lower' | 'upper',
  value: string,
): Condition | undefined {
  const bounds = boundsIn(condition);
  if (bounds === undefined) return undefined;
  const own = bounds[side];
  const isTighter = own === undefined || (side === 'lower' ? own.value < value : own.value > value);
  if (isTighter) bounds[side] = { value, inclusive: true };
  const { lower, upper } = bounds;
  if (lower && upper) return lower.value > upper.value ? undefined : between(lower, upper);
  if (lower) return compare(lower.inclusive ? 'gte' : 'gt', lower.value);
  return upper && compare(upper.inclusive ? 'lte' : 'lt', upper.value);
}

/** The values that a condition names, where rows with any other one cannot meet it. */
export function valuesIn(condition: Condition): ReadonlySet<string> | undefined {
  if (condition.startsWith('eq:')) return new Set([condition.slice(3)]);
  return condition.startsWith('in:') ? new Set(condition.slice(3).split(',')) : undefined;
}

interface Bounds {
  lower?: Bound;
  upper?: Bound;
}

function boundsIn(condition: Condition = 'is:'): Bounds | undefined {
  const mark = condition.indexOf(':');
  const operator = condition.slice(0, mark);
  const [value = '', end = ''] = condition.slice(mark + 1).split(',');
  // Rows without a value are in no range.
  if (operator === 'is') return {};
  const inclusive = operator.endsWith('e');
  if (operator.startsWith('gt')) return { lower: { value, inclusive } };
  if (operator.startsWith('lt')) return { upper: { value, inclusive } };
  if (!operator.startsWith('r')) return undefined;
  return {
    lower: { value, inclusive: operator === 'rf' || operator === 'rl' },
    upper: { value: end, inclusive: operator === 'rf' || operator === 'rr' },
  };
}
