import { exactJson } from '../exact-json.ts';

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
