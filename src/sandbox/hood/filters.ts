import { type Key, LAST, NONE, timeKey } from './record.ts';
import type { ColumnKind } from './resources.ts';

/** All values from one to another, both included unless said otherwise. */
export interface Interval {
  low: Key;
  high: Key;
  withoutLow?: boolean;
  withoutHigh?: boolean;
}

/** Which rows a filter on one column lets through. */
export interface Condition {
  column: string;
  intervals: readonly Interval[];
  /** Lets through the values outside of all intervals instead of those within one. */
  outside: boolean;
  /** Whether it lets through rows without a value. */
  none: boolean;
}

interface Operator {
  takes: 'one' | 'list' | 'range' | 'nothing';
  interval?: (low: Key, high: Key) => Interval;
  outside?: true;
  none?: true;
}

/** The operators of Ocamba's API overview; the ends of ranges as in its exact (postback) page. */
const OPERATORS: Record<string, Operator> = {
  eq: { takes: 'one' },
  neq: { takes: 'one', outside: true },
  gt: { takes: 'one', interval: (low) => ({ low, high: LAST, withoutLow: true }) },
  gte: { takes: 'one', interval: (low) => ({ low, high: LAST }) },
  lt: { takes: 'one', interval: (high) => ({ low: NONE, high, withoutLow: true, withoutHigh: true }) },
  lte: { takes: 'one', interval: (high) => ({ low: NONE, high, withoutLow: true }) },
  in: { takes: 'list' },
  nin: { takes: 'list', outside: true },
  is: { takes: 'nothing', outside: true },
  isn: { takes: 'nothing', none: true },
  r: { takes: 'range', interval: (low, high) => ({ low, high, withoutLow: true, withoutHigh: true }) },
  rf: { takes: 'range', interval: (low, high) => ({ low, high }) },
  rl: { takes: 'range', interval: (low, high) => ({ low, high, withoutHigh: true }) },
  rr: { takes: 'range', interval: (low, high) => ({ low, high, withoutLow: true }) },
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

  const known = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!known) return `${column}: there is no operator "${operator}"`;
  if (!ON_EVERYTHING.includes(operator) && !ORDERED_KINDS.includes(kind))
    return `${column}: "${operator}" is for numbers and times only`;
  const { takes, interval, outside = false, none = false } = known;
  if (takes === 'nothing') {
    return operand === ''
      ? { column, intervals: [], outside, none }
      : `${column}: "${operator}" takes no value`;
  }

  const written = takes === 'one' ? [operand] : operand.split(',');
  if (takes === 'range' && written.length !== 2) return `${column}: a range has two ends`;
  const values = written.map((value) => keyIn(kind, value));
  const unread = values.indexOf(undefined);
  if (unread >= 0) return `${column}: "${written[unread]}" is not a ${kind}`;
  const keys = values as Key[]; // none is undefined: checked in the line above
  const [first = '', second = first] = keys;
  const intervals = interval ? [interval(first, second)] : keys.map((key) => ({ low: key, high: key }));
  return { column, intervals, outside, none };
}

const TIME = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/;

/** An operand as the keys of its column are, or `undefined` when it is not one of that kind. A bare date is its midnight. */
function keyIn(kind: ColumnKind, text: string): Key | undefined {
  if (kind === 'flag') return text === '0' || text === '1' ? Number(text) : undefined;
  if (kind === 'number') return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (kind === 'text') return text === '' ? undefined : text;
  const [matched, day, time = '00:00:00'] = TIME.exec(text) ?? [];
  if (!matched) return undefined;
  const instant = new Date(`${day}T${time}Z`);
  // A date such as February 30 would be taken for March 2.
  const exists = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(`${day}T${time}`);
  return exists ? timeKey(`${day} ${time}`) : undefined;
}
