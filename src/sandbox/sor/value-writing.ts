import type { Attribute } from './attributes.ts';
import type { AttributeError } from './import-records.ts';
import type { Profile } from './profiles.ts';
import type { Sor } from './sor.ts';
import type { System } from './systems.ts';
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
  /** The attribute to make for an unknown key; `undefined` passes the value over in silence. */
  declare(key: string): Attribute | undefined;
}

/** Applies values in their order, all in one transaction; `refuse` is told of each that cannot be taken. */
export function writeValues(
  sor: Sor,
  system: System,
  changes: ValueChange[],
  refuse: (change: ValueChange, message: string) => void,
): void {
  const now = sor.now();
  const attributes = new Map<string, Attribute | undefined>();
  const touched = new Map<string, Profile>();
  sor.database.transaction(() => {
    // The system may have been deleted since the request was accepted.
    if (!sor.systems.find(system.identifier)) return;
    for (const change of changes) {
      const { key } = change;
      try {
        if (!attributes.has(key)) attributes.set(key, sor.attributes.findByKey(system.id, key));
        const attribute = attributes.get(key) ?? change.declare(key);
        attributes.set(key, attribute);
        if (attribute) writeValue(sor, attribute, change, touched, now);
      } catch (error) {
        if (!(error instanceof ValueMistake)) throw error;
        refuse(change, error.message);
      }
    }
  });
}

/** The error that a refused value becomes, with the request for that value alone, API key and all. */
export function valueError(
  sor: Sor,
  system: System,
  jobId: string,
  { customerId, key, raw }: RefusedValue,
  message: string,
): AttributeError {
  const { identifier, apiKeys } = system;
  const request = { sor: identifier, api_key: apiKeys[0], customer_attribute_values: [raw] };
  return {
    ...{ jobId, customerId, key, sor: identifier, date: sor.now(), source: 'AttributeCleaner', message },
    raw: JSON.stringify(request, null, 1),
  };
}

function writeValue(
  sor: Sor,
  attribute: Attribute,
  { customerId, type, apply }: ValueChange,
  touched: Map<string, Profile>,
  now: number,
): void {
  if (attribute.disabled) throw new ValueMistake('The attribute is disabled');
  const name = `${type} ${customerId}`;
  const known = touched.get(name) ?? sor.profiles.find(customerId, type);
  const before = (known && sor.values.get(known, attribute)) ?? NEVER_SET;
  const after = apply(attribute, before, now);
  // Adding what is there, or taking away what is not, is no change.
  if (after === before) return;
  // Once in a transaction is enough: all its changes have the same time.
  const profile = touched.get(name) ?? sor.profiles.touch(customerId, type, now);
  touched.set(name, profile);
  sor.values.set(profile, attribute, after);
}
