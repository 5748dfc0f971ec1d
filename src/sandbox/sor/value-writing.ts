import { type Attribute, attributeByKey, type System } from './definitions.ts';
import type { Sor } from './sor.ts';
import { ValueMistake } from './value-rules.ts';
import { type CustomerIdType, NEVER_SET, type Value } from './values.ts';

/** What is known of a value that was not taken; nothing, where a whole file failed. */
export interface RefusedValue {
  customerId: string | null;
  key: string | null;
  /** The value as it was sent. */
  raw: object;
}

/** One value on its way to a customer. */
export interface ValueChange extends RefusedValue {
  customerId: string;
  type: CustomerIdType;
  key: string;
  /** What the attribute holds afterwards; throws a `ValueMistake`. */
  apply(attribute: Attribute, before: Value, now: number): Value;
  /** The attribute to make for an unknown key; `undefined` silently ignores the value. */
  declare(key: string): Attribute | undefined;
}

/** Applies values in their order, all at the same moment; `refuse` hears of each that cannot be taken. */
export function writeValues(
  sor: Sor,
  system: System,
  changes: ValueChange[],
  refuse: (change: ValueChange, message: string) => void,
): void {
  const now = sor.now();
  // The system may have been deleted since the request was accepted.
  if (!sor.systems.has(system.identifier)) return;
  const attributes = new Map<string, Attribute | undefined>();
  for (const change of changes) {
    const { key } = change;
    try {
      if (!attributes.has(key)) attributes.set(key, attributeByKey(sor, system, key));
      const attribute = attributes.get(key) ?? change.declare(key);
      attributes.set(key, attribute);
      if (attribute) writeValue(sor, attribute, change, now);
    } catch (error) {
      if (!(error instanceof ValueMistake)) throw error;
      refuse(change, error.message);
    }
  }
}

/** Notes why a value was refused, with the request for that value alone, API key and all. */
export function noteError(
  sor: Sor,
  { identifier, apiKeys }: System,
  jobId: string,
  { customerId, key, raw }: RefusedValue,
  message: string,
): void {
  const request = { sor: identifier, api_key: apiKeys[0], customer_attribute_values: [raw] };
  sor.errors.set(String(sor.errors.size), {
    ...{ jobId, customerId, key, sor: identifier, date: sor.now(), source: 'AttributeCleaner', message },
    raw: JSON.stringify(request, null, 1),
  });
}

function writeValue(
  sor: Sor,
  attribute: Attribute,
  { customerId, type, apply }: ValueChange,
  now: number,
): void {
  if (attribute.disabled) throw new ValueMistake('The attribute is disabled');
  const known = sor.profiles.find(customerId, type);
  const before = (known && sor.values.get(known, attribute)) ?? NEVER_SET;
  const after = apply(attribute, before, now);
  // Adding what is there, or taking away what is not, is no change.
  if (after !== before) sor.values.set(sor.profiles.touch(customerId, type, now), attribute, after);
}
