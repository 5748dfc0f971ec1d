import { type Attribute, addAttribute, attributeByKey, randomLetters, type System } from './definitions.ts';
import { bodyOf, invalid, isObject, Refusal, textIn } from './messages.ts';
import type { Sor, SorHandler } from './sor.ts';
import type { Change, CustomerIdType } from './values.ts';
import { changed, declaredType, fromText, NEVER_SET, ValueMistake } from './values.ts';

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
  /** The change as JSON said it, or the text of a CSV line. */
  change: Change | string;
}

/** Takes values for customers and applies them a moment later; what is wrong with a value shows only then. */
export const feedValues: SorHandler = async (sor, request) => {
  const body = await bodyOf(request);
  const system = sor.systems.get(textIn(body, 'sor'));
  if (!system?.apiKeys.includes(textIn(body, 'api_key'))) throw new Refusal(401, 'Unknown sor or api_key');
  if (system.disabled) throw new Refusal(403, 'System of record is disabled');
  const list = body['customer_attribute_values'];
  if (!Array.isArray(list) || list.length === 0) throw invalid('customer_attribute_values');
  const changes = list.map(fedChange);
  const id = `${sor.now()}-${randomLetters(12)}`;
  sor.feeding.add(sor.settings.feedDelayMs, async () => {
    writeValues(sor, system, changes, (change, message) => noteError(sor, system, id, change, message));
  });
  const json = { success: true, result: { requestId: id }, errorMessage: null, errorCode: 0 };
  return { status: 200, json };
};

/** Applies values in their order, all at the same moment; `refuse` hears of each that cannot be taken. */
export function writeValues(
  sor: Sor,
  system: System,
  changes: readonly ValueChange[],
  refuse: (change: ValueChange, message: string) => void,
): void {
  const now = sor.now();
  // The system may have been deleted since the request was accepted.
  if (!sor.systems.has(system.identifier)) return;
  const attributes = new Map(changes.map(({ key }) => [key, attributeByKey(sor, system, key)]));
  for (const value of changes) {
    try {
      const attribute = attributes.get(value.key) ?? declared(sor, system, value);
      attributes.set(value.key, attribute);
      if (attribute) writeValue(sor, attribute, value, now);
    } catch (error) {
      if (!(error instanceof ValueMistake)) throw error;
      refuse(value, error.message);
    }
  }
}

/** Notes why a value was refused, with the request for that value alone, API key and all. */
export function noteError(
  sor: Sor,
  { identifier, apiKeys }: System,
  job_id: string,
  { customerId, key, raw }: RefusedValue,
  message: string,
): void {
  const request = { sor: identifier, api_key: apiKeys[0], customer_attribute_values: [raw] };
  sor.errors.set(String(sor.errors.size), {
    ...{ job_id, customer_id: customerId, key, sor: identifier, date: sor.now() },
    ...{ source: 'AttributeCleaner', message, raw: JSON.stringify(request, null, 1) },
  });
}

/** Checks the shape of one value; whether it suits its attribute is seen when it is applied. */
function fedChange(element: unknown): ValueChange {
  if (!isObject(element)) throw invalid('customer_attribute_values');
  const { attribute_value: value, action_type: sent = null, customer_id_type: type = 'user_id' } = element;
  if (sent !== null && typeof sent !== 'string') throw invalid('action_type');
  const action = sent?.toUpperCase();
  if (value === undefined && action !== 'DEL') throw invalid('attribute_value');
  // The vendor's Ruby gem sends the type; the vendor's page on attribute values does not list it.
  if (type !== 'user_id' && type !== 'device_id') throw invalid('customer_id_type');
  const [customerId, key] = [textIn(element, 'customer_id'), textIn(element, 'attribute_key')];
  return { customerId, type, key, raw: element, change: { value: value ?? null, action } };
}

/** "Auto-declaration": the first value fed for a key makes the attribute. Files and removals declare nothing. */
function declared(sor: Sor, system: System, { key, change }: ValueChange): Attribute | undefined {
  if (typeof change === 'string' || change.value === null) return undefined;
  if (change.action === 'REMOVE' || change.action === 'DEL') return undefined;
  const valueType = declaredType(change);
  // A value that cannot be taken declares nothing either.
  changed(valueType, NEVER_SET, change, sor.now());
  return addAttribute(sor, { system: system.identifier, key, valueType }, sor.now());
}

function writeValue(sor: Sor, attribute: Attribute, value: ValueChange, now: number): void {
  const { customerId, type, change } = value;
  const { valueType, disabled } = attribute;
  if (disabled) throw new ValueMistake('The attribute is disabled');
  const known = sor.profiles.find(customerId, type);
  const before = (known && sor.values.get(known, attribute)) ?? NEVER_SET;
  const isText = typeof change === 'string';
  const after = isText ? fromText(valueType, change, before, now) : changed(valueType, before, change, now);
  // Adding what is there, or taking away what is not, is no change.
  if (after !== before) sor.values.set(sor.profiles.touch(customerId, type, now), attribute, after);
}
