import type { ColumnKind, Resource } from './resources.ts';

/**
 * One row as the API prints it: missing keys, odd types and all. A `bigint` is printed as a bare JSON number, which
 * most clients then round.
 */
export type HoodRecord = Record<string, unknown>;

/** The record as text, with bare numbers of any length. */
export function writeRecord(record: HoodRecord): string {
  return JSON.stringify(record, (_key, value) => (typeof value === 'bigint' ? rawNumber(value) : value));
}

/** A record from its text. Integers that a `number` cannot hold stay exact when it is printed again. */
export function readRecord(text: string): HoodRecord {
  if (!/[:[,]-?\d{16}/.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '')
      ? BigInt(source ?? '')
      : value,
  );
}

/** What is compared when a column is filtered, sorted or searched. */
export type Key = string | number;

/** A record's key in a column; `null` when the record says nothing usable. */
export function keyOf(resource: Resource, record: HoodRecord, column: string): Key | null {
  const other = resource.spelledAlso[column];
  return comparable(
    resource.columns[column] ?? 'text',
    record[column] ?? (other === undefined ? undefined : record[other]),
  );
}

/** Only the fields asked for, under the key that the record itself uses, in the record's own order. */
export function project(resource: Resource, record: HoodRecord, fields: readonly string[]): HoodRecord {
  const asked = new Set(fields);
  for (const [column, other] of Object.entries(resource.spelledAlso)) {
    if (asked.has(column) || asked.has(other)) asked.add(column).add(other);
  }
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key]) => asked.has(key))
      .map(([key, value]) => [key, typeof value === 'bigint' ? rawNumber(value) : value]),
  );
}

/** Before all numbers: where a column has no value. */
export const NONE = Number.NEGATIVE_INFINITY;

/** After all numbers. */
export const LAST = Number.POSITIVE_INFINITY;

/** The digits of a time as one number, which orders times; what is no time comes after all of them. */
export function timeKey(text: string): number {
  if (!/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/.test(text)) return LAST;
  let key = 0;
  // Millions of times are read at the start: text in between would take four times as long.
  for (let at = 0; at < 19; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit >= 0 && digit <= 9) key = key * 10 + digit;
  }
  return key;
}

function comparable(kind: ColumnKind, value: unknown): Key | null {
  if (value === undefined || value === null || typeof value === 'object') return null;
  if (kind === 'text') return String(value);
  if (kind === 'time') return timeKey(String(value));
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

function rawNumber(value: bigint): object {
  return json.rawJSON(String(value));
}

/** ES2026, which the compiler's library does not list yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): HoodRecord;
  rawJSON(text: string): object;
}
const json = JSON as unknown as ExactJson;
