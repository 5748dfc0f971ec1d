import { type Attribute, addAttribute, type System } from './definitions.ts';
import { bodyOf, invalid, isObject, Refusal, textIn } from './messages.ts';
import { randomLetters } from './random-names.ts';
import type { Sor, SorHandler } from './sor.ts';
import { type Change, changed, declaredType } from './value-rules.ts';
import { noteError, type ValueChange, writeValues } from './value-writing.ts';
import { type CustomerIdType, NEVER_SET } from './values.ts';

/** Takes values for customers and applies them a moment later; what is wrong with a value shows only then. */
export const feedValues: SorHandler = async (sor, request) => {
  const body = await bodyOf(request);
  const system = sor.systems.get(textIn(body, 'sor'));
  if (!system?.apiKeys.includes(textIn(body, 'api_key'))) throw new Refusal(401, 'Unknown sor or api_key');
  if (system.disabled) throw new Refusal(403, 'System of record is disabled');
  const list = body['customer_attribute_values'];
  if (!Array.isArray(list) || list.length === 0) throw invalid('customer_attribute_values');
  const changes = list.map((element) => fedChange(sor, system, element));
  const id = `${sor.now()}-${randomLetters(12)}`;
  sor.feeding.add(sor.settings.feedDelayMs, async () => {
    writeValues(sor, system, changes, (change, message) => {
      noteError(sor, system, id, change, message);
    });
  });
  return {
    status: 200,
    json: { success: true, result: { requestId: id }, errorMessage: null, errorCode: 0 },
  };
};

/** Checks the shape of one value; whether it suits its attribute is seen when it is applied. */
function fedChange(sor: Sor, system: System, element: unknown): ValueChange {
  if (!isObject(element)) throw invalid('customer_attribute_values');
  const value = element['attribute_value'];
  const change: Change = { value: value ?? null, action: actionIn(element) };
  if (value === undefined && change.action !== 'DEL') throw invalid('attribute_value');
  return {
    customerId: textIn(element, 'customer_id'),
    type: idTypeIn(element),
    key: textIn(element, 'attribute_key'),
    raw: element,
    apply: ({ valueType }, before, now) => changed(valueType, before, change, now),
    declare: (key) => declared(sor, system, key, change),
  };
}

/** "Auto-declaration": the first value of a key makes the attribute. Nothing is declared by taking away. */
function declared(sor: Sor, system: System, key: string, change: Change): Attribute | undefined {
  if (change.value === null || change.action === 'REMOVE' || change.action === 'DEL') return undefined;
  const valueType = declaredType(change);
  // A value that cannot be taken declares nothing either.
  changed(valueType, NEVER_SET, change, sor.now());
  return addAttribute(sor, { system: system.identifier, key, valueType }, sor.now());
}

function actionIn(element: Record<string, unknown>): string | undefined {
  const action = element['action_type'];
  if (action === undefined || action === null) return undefined;
  if (typeof action !== 'string') throw invalid('action_type');
  return action.toUpperCase();
}

/** The vendor's Ruby gem sends it; the vendor's page on attribute values does not list it. */
function idTypeIn(element: Record<string, unknown>): CustomerIdType {
  const type = element['customer_id_type'] ?? 'user_id';
  if (type !== 'user_id' && type !== 'device_id') throw invalid('customer_id_type');
  return type;
}
