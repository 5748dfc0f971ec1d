/**
 * Hood's filter grammar, `<field>=<operator>:<value>`. An operator is always written out: a bare
 * `create_time=2025-01-29 12:47:00` contains a colon and could be read as one
 * (docs.ocamba.com, API overview).
 */

/** One condition on one field, as the text behind `<field>=`. */
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
