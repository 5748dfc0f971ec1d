import { ExactNumber, exactJson } from '../exact-json.ts';
import { isDate, isDateTime } from './times.ts';

/** The types an attribute can have, as the API writes them. */
export const VALUE_TYPES = ['String', 'Number', 'Boolean', 'Date', 'DateTime', 'Set'] as const;

export type ValueType = (typeof VALUE_TYPES)[number];

export type CustomerIdType = 'user_id' | 'device_id';

/** What one customer has under one attribute. Times are milliseconds since 1970. */
export interface Value {
  /** JSON text; `null` once removed, or never set. */
  json: string | null;
  /** The latest change, a removal included. With a value, `null` means that nobody recorded when. */
  since: number | null;
  /** The latest change that was not a removal. */
  held: number | null;
  /** Sets only: when each element came, in the order of the elements. */
  elements: readonly number[] | undefined;
}

/** A value nobody ever set. */
export const NEVER_SET: Value = { json: null, since: null, held: null, elements: undefined };

/** What the API shows, numbers digit by digit. Where there is no value a set is empty, anything else null. */
export function shownValue(type: ValueType, { json }: Value): unknown {
  return exactJson(json ?? (type === 'Set' ? '[]' : 'null'));
}

/** Whether a value is none: removed, never set, or a set without elements. */
export function isEmpty({ json }: Pick<Value, 'json'>): boolean {
  return json === null || json === '[]';
}

/** Why a value is not taken. */
export class ValueMistake extends Error {}

/** A change as it was sent: a value of JSON, its numbers exact, and what to do with it. */
export interface Change {
  value: unknown;
  action: string | undefined;
}

const MAX_CHARACTERS = 256;
const MAX_NUMBER = 2n ** 63n - 1n;

/** What the attribute holds after the change. Throws a `ValueMistake` for what the vendor's page on values forbids. */
export function changed(type: ValueType, before: Value, { value, action }: Change, now: number): Value {
  if (type === 'Set') return changedSet(before, value, action, now);
  if (action !== undefined && action !== 'UPSERT') throw new ValueMistake(`action_type ${action} needs a Set`);
  if (value === null) return removed(before, now);
  return { json: scalarJson(type, value), since: now, held: now, elements: undefined };
}

/** The value that a CSV line writes as text: a set as its whole new state, nothing for no value. */
export function fromText(type: ValueType, text: string, before: Value, now: number): Value {
  if (type === 'Set') return setOf(before, split(text), now);
  return changed(type, before, { value: text === '' ? null : typed(type, text), action: undefined }, now);
}

/** The type that a value of an unknown key declares. */
export function declaredType({ value, action }: Change): ValueType {
  // An explicit UPSERT is allowed for scalars too, and only text can be split into a set.
  if (action !== undefined && typeof value === 'string') return 'Set';
  if (value instanceof ExactNumber) return 'Number';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'string' && isDate(value)) return 'Date';
  return typeof value === 'string' && isDateTime(value) ? 'DateTime' : 'String';
}

function changedSet(before: Value, value: unknown, action: string | undefined, now: number): Value {
  if (action === 'DEL') return removed(before, now);
  if (!['ADD', 'REMOVE', 'UPSERT'].includes(action ?? '')) throw new ValueMistake('action_type is required for a Set');
  if (typeof value !== 'string') throw new ValueMistake('A Set takes text');
  if (action === 'UPSERT') return setOf(before, split(value), now);
  const elements = elementsOf(before);
  if (elements.includes(checkedText(value)) === (action === 'ADD')) return before;
  const others = elements.filter((element) => element !== value);
  return setOf(before, action === 'ADD' ? [...others, value] : others, now);
}

/** A set's new state. Elements that stay keep their date. */
function setOf(before: Value, elements: string[], now: number): Value {
  const old = elementsOf(before);
  const dates = elements.map((element) => {
    const at = old.indexOf(checkedText(element));
    return at < 0 ? now : (before.elements?.[at] ?? before.since ?? 0);
  });
  return { json: JSON.stringify(elements), since: now, held: now, elements: dates };
}

/** What the stand-in itself wrote: a set's JSON is a list of texts. */
function elementsOf({ json }: Value): string[] {
  return JSON.parse(json ?? '[]');
}

function removed(before: Value, now: number): Value {
  return { ...NEVER_SET, since: now, held: before.held };
}

function split(text: string): string[] {
  return [...new Set(text.split(';').filter(Boolean))];
}

function scalarJson(type: Exclude<ValueType, 'Set'>, value: unknown): string {
  if (type === 'Number') return numberJson(value);
  const isRight = typeof value === (type === 'Boolean' ? 'boolean' : 'string');
  if (!isRight) throw new ValueMistake(`The value is not a ${type === 'Boolean' ? 'boolean' : 'string'}`);
  const text = String(value);
  if (type === 'Boolean') return text;
  if (type === 'Date' && !isDate(text)) throw new ValueMistake('The value is not a date');
  if (type === 'DateTime' && !isDateTime(text)) throw new ValueMistake('The value is not a datetime');
  return JSON.stringify(checkedText(text));
}

function numberJson(value: unknown): string {
  if (!(value instanceof ExactNumber)) throw new ValueMistake('The value is not a number');
  const { source } = value;
  const number = /^-?\d+$/.test(source) ? BigInt(source) : Number(source);
  if (number > MAX_NUMBER || number < -MAX_NUMBER) throw new ValueMistake('The number is too large');
  return String(number);
}

function checkedText(text: string): string {
  if ([...text].length > MAX_CHARACTERS) throw new ValueMistake(`The value has over ${MAX_CHARACTERS} characters`);
  return text;
}

function typed(type: ValueType, text: string): unknown {
  if (type === 'Number' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return new ExactNumber(text);
  if (type === 'Boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}
