import type { ColumnKind } from './resources.ts';

/** What is compared when a column is filtered, sorted or searched; `null` where a row says nothing usable. */
export type Key = string | number | null;

/** A filter on one column. */
export interface Condition {
  column: string;
  lets: (key: Key) => boolean;
}

type Operand = string | number;

interface Operator {
  takes: 'one' | 'list' | 'range' | 'nothing';
  /** For numbers and times only. */
  ordered?: true;
  /** Makes the test of a row's key; rows without one are let through by `isn` alone. */
  test: (a: Operand, b: Operand, all: ReadonlySet<Operand>) => (key: Operand) => boolean;
}

/** The operators of the vendor's API overview; the ends of ranges as on its page about exact ranges (postback). */
const OPERATORS: Record<string, Operator> = {
  eq: { takes: 'one', test: (a) => (key) => key === a },
  neq: { takes: 'one', test: (a) => (key) => key !== a },
  gt: { takes: 'one', ordered: true, test: (a) => (key) => key > a },
  gte: { takes: 'one', ordered: true, test: (a) => (key) => key >= a },
  lt: { takes: 'one', ordered: true, test: (a) => (key) => key < a },
  lte: { takes: 'one', ordered: true, test: (a) => (key) => key <= a },
  in: { takes: 'list', test: (_a, _b, all) => (key) => all.has(key) },
  nin: { takes: 'list', test: (_a, _b, all) => (key) => !all.has(key) },
  is: { takes: 'nothing', test: () => () => true },
  isn: { takes: 'nothing', test: () => () => false },
  r: { takes: 'range', ordered: true, test: (a, b) => (key) => key > a && key < b },
  rf: { takes: 'range', ordered: true, test: (a, b) => (key) => key >= a && key <= b },
  rl: { takes: 'range', ordered: true, test: (a, b) => (key) => key >= a && key < b },
  rr: { takes: 'range', ordered: true, test: (a, b) => (key) => key > a && key <= b },
};

/**
 * The condition that `text` (`rf:2025-07-01,2025-07-03`, `in:push,sms`, `active`) puts on a column. Text with a colon
 * but no known operator before it is refused, because a bare time cannot be told from an operator. Returns a
 * sentence instead if the text is not valid.
 */
export function conditionOn(column: string, kind: ColumnKind, text: string): Condition | string {
  const mark = text.indexOf(':');
  const name = mark < 0 ? 'eq' : text.slice(0, mark);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator) return `${column}: there is no operator "${name}"`;
  const { takes, ordered, test } = operator;
  if (ordered && kind !== 'number' && kind !== 'time') return `${column}: "${name}" is for numbers and times only`;

  const operandText = text.slice(mark + 1);
  if (takes === 'nothing' && operandText !== '') return `${column}: "${name}" takes no value`;
  const written = takes === 'nothing' ? [] : takes === 'one' ? [operandText] : operandText.split(',');
  if (takes === 'range' && written.length !== 2) return `${column}: a range has two ends`;
  const operands: Operand[] = [];
  for (const value of written) {
    const operand = operandOf(kind, value);
    if (operand === undefined) return `${column}: "${value}" is not a ${kind}`;
    operands.push(operand);
  }
  const passes = test(operands[0] ?? '', operands[1] ?? '', new Set(operands));
  return { column, lets: (key) => (key === null ? name === 'isn' : passes(key)) };
}

/** After all times: a text that is none. */
const NO_TIME = Number.POSITIVE_INFINITY;

/** The key of a row's value in a column of this kind. A time's key is its digits as one number. */
export function keyOf(kind: ColumnKind, value: unknown): Key {
  if (value === undefined || value === null || typeof value === 'object') return null;
  if (kind === 'text') return String(value);
  if (kind === 'time') {
    const [time] = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/.exec(String(value)) ?? [];
    return time === undefined ? NO_TIME : Number(time.replace(/\D/g, ''));
  }
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

/** A filter's operand as a key; `undefined` if it is not of that kind. A bare date is its midnight. */
function operandOf(kind: ColumnKind, text: string): Operand | undefined {
  if (kind === 'flag') return text === '0' || text === '1' ? Number(text) : undefined;
  if (kind === 'number') return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
  if (kind === 'text') return text === '' ? undefined : text;
  if (!/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/.test(text)) return undefined;
  const time = text.length === 10 ? `${text} 00:00:00` : text;
  const instant = new Date(`${time.replace(' ', 'T')}Z`);
  // A date such as February 30 would be taken for March 2.
  const exists = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(time.replace(' ', 'T'));
  return exists ? Number(time.replace(/\D/g, '')) : undefined;
}
