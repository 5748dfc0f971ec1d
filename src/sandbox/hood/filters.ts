import type { ColumnKind } from './resources.ts';

/** A condition on one column, for a `WHERE`. */
export interface Condition {
  column: string;
  /** The text, given how to write the column; it has a `?` for each of the values. */
  sql: (column: string) => string;
  values: (string | number)[];
  /** For one that most rows meet: the conditions that pick the others, each of them once. */
  leavesOut?: Condition[];
}

type Comparison = {
  takes: 'one' | 'list' | 'range' | 'nothing';
  sql: (column: string, places: readonly string[]) => string;
  /** The operator that picks what this one leaves out, beside the rows without a value. */
  opposite?: 'eq' | 'in';
};

/** The operators of Ocamba's API overview; the ends of ranges as in its exact (postback) page. */
const COMPARISONS: Record<string, Comparison> = {
  eq: { takes: 'one', sql: (column) => `${column} = ?` },
  neq: { takes: 'one', sql: (column) => `${column} <> ?`, opposite: 'eq' },
  gt: { takes: 'one', sql: (column) => `${column} > ?` },
  gte: { takes: 'one', sql: (column) => `${column} >= ?` },
  lt: { takes: 'one', sql: (column) => `${column} < ?` },
  lte: { takes: 'one', sql: (column) => `${column} <= ?` },
  in: { takes: 'list', sql: (column, places) => `${column} IN (${places})` },
  nin: { takes: 'list', sql: noneOf, opposite: 'in' },
  is: { takes: 'nothing', sql: (column) => `${column} IS NOT NULL` },
  isn: { takes: 'nothing', sql: (column) => `${column} IS NULL` },
  r: { takes: 'range', sql: (column) => `${column} > ? AND ${column} < ?` },
  rf: { takes: 'range', sql: (column) => `${column} >= ? AND ${column} <= ?` },
  rl: { takes: 'range', sql: (column) => `${column} >= ? AND ${column} < ?` },
  rr: { takes: 'range', sql: (column) => `${column} > ? AND ${column} <= ?` },
};

const ON_EVERYTHING = ['eq', 'neq', 'in', 'nin', 'is', 'isn'];
const ORDERED_KINDS: readonly ColumnKind[] = ['number', 'time'];

/**
 * The condition that `text` (`rf:2025-07-01,2025-07-03`, `in:push,sms`, `active`) puts on a column. Comparisons and
 * ranges are for numbers and times only. Text with a colon but no known operator before it is refused: a bare
 * time is not distinguishable from an operator. Returns a sentence instead when the text is not valid.
 */
export function conditionOn(column: string, kind: ColumnKind, text: string): Condition | string {
  const mark = text.indexOf(':');
  const operator = mark < 0 ? 'eq' : text.slice(0, mark);
  const operand = text.slice(mark + 1);

  const comparison = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (!comparison) return `${column}: there is no operator "${operator}"`;
  if (!ON_EVERYTHING.includes(operator) && !ORDERED_KINDS.includes(kind))
    return `${column}: "${operator}" is for numbers and times only`;
  if (comparison.takes === 'nothing') {
    if (operand !== '') return `${column}: "${operator}" takes no value`;
    return { ...conditionBy(comparison, column), ...(operator === 'is' && { leavesOut: [hasNone(column)] }) };
  }

  const written = comparison.takes === 'one' ? [operand] : operand.split(',');
  if (comparison.takes === 'range' && written.length !== 2) return `${column}: a range has two ends`;
  const values = written.map((value) => stored(kind, value));
  const unread = values.indexOf(undefined);
  if (unread >= 0) return `${column}: "${written[unread]}" is not a ${kind}`;
  const known = values as (string | number)[]; // none is undefined: checked in the line above
  const opposite = comparison.opposite && COMPARISONS[comparison.opposite];
  return {
    ...conditionBy(comparison, column, known),
    ...(opposite && { leavesOut: [hasNone(column), conditionBy(opposite, column, known)] }),
  };
}

function conditionBy(
  { sql }: Pick<Comparison, 'sql'>,
  column: string,
  values: (string | number)[] = [],
): Condition {
  const places = values.map(() => '?');
  return { column, sql: (name) => sql(name, places), values };
}

function hasNone(column: string): Condition {
  return conditionBy({ sql: (name) => `${name} IS NULL` }, column);
}

/** SQLite compares with two or three values faster than it looks one up in a list. */
function noneOf(column: string, places: readonly string[]): string {
  if (places.length > 3) return `${column} NOT IN (${places})`;
  return places.map((place) => `${column} <> ${place}`).join(' AND ');
}

const TIME = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/;

/** A value as it is stored, or `undefined` when it is not one of that kind. A bare date is its midnight. */
function stored(kind: ColumnKind, text: string): string | number | undefined {
  if (kind === 'flag') return text === '0' || text === '1' ? Number(text) : undefined;
  if (kind === 'number') return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (kind === 'text') return text === '' ? undefined : text;
  const [matched, day, time = '00:00:00'] = TIME.exec(text) ?? [];
  if (!matched) return undefined;
  const instant = new Date(`${day}T${time}Z`);
  // A date such as February 30 would be taken for March 2.
  const exists = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(`${day}T${time}`);
  return exists ? `${day} ${time}` : undefined;
}
