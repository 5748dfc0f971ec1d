import type { Attribute, System } from './definitions.ts';
import { addAttribute, addSystem, attributeByKey, attributesOf, randomLetters } from './definitions.ts';
import { bodyOf, invalid, Refusal, success, textIn, unknown } from './messages.ts';
import type { Sor, SorHandler } from './sor.ts';
import { isoTime, parseTime, spacedTime } from './times.ts';
import { VALUE_TYPES } from './values.ts';

/** All systems, or those of one type; of an unknown type there are none. */
export const listSystems: SorHandler = (sor, { query }) => {
  const type = query.get('type');
  const systems = [...sor.systems.values()].filter((system) => !type || system.type === type);
  // The vendor's sample of the list dates every system but the global one; that of the View dates it too.
  const undated = { updated_date: undefined };
  return success(systems.map((system) => ({ ...fullSystem(sor, system), ...(system.type === 'global' && undated) })));
};

export const viewSystem: SorHandler = (sor, _request, id) => success(fullSystem(sor, systemNamed(sor, id)));

export const createSystem: SorHandler = async (sor, request) => {
  const name = textIn(await bodyOf(request), 'name');
  const [identifier, apiKeys] = [`SOR_${randomLetters(16)}`, [randomLetters(14)]];
  const state = { type: 'custom', disabled: false, updated: sor.now() } as const;
  return success(summary(sor, addSystem(sor, { identifier, name, apiKeys, ...state })));
};

export const renameSystem: SorHandler = async (sor, request, identifier) => {
  const system = systemNamed(sor, identifier, 'modified');
  const name = textIn(await bodyOf(request), 'name');
  const renamed = { ...system, name, updated: sor.now() };
  sor.systems.set(identifier, renamed);
  return success(summary(sor, renamed));
};

export const deleteSystem: SorHandler = (sor, _request, identifier) => {
  const system = systemNamed(sor, identifier, 'deleted');
  if (attributesOf(sor, system).some(({ inUse }) => inUse))
    throw new Refusal(400, 'System of record has an attribute that is used in a campaign or segment');
  // Values of its attributes can no longer be reached.
  for (const attribute of [...sor.attributes.values()])
    if (attribute.system === identifier) sor.attributes.delete(attribute.identifier);
  sor.systems.delete(identifier);
  return success();
};

/** Disables or enables a system; a second time is an error, as documented. */
export function switchSystem(disabled: boolean): SorHandler {
  return (sor, _request, identifier) => {
    const system = systemNamed(sor, identifier);
    const what = disabled ? 'disabled' : 'enabled';
    if (system.type === 'global') throw new Refusal(400, `The global system of record cannot be ${what}`);
    if (system.disabled === disabled) throw new Refusal(400, `System of record is already ${what}`);
    sor.systems.set(identifier, { ...system, disabled, updated: sor.now() });
    return success();
  };
}

export const viewAttribute: SorHandler = (sor, _request, id) => success(fullAttribute(attributeNamed(sor, id)));

export const createAttribute: SorHandler = async (sor, request) => {
  const body = await bodyOf(request);
  const system = sor.systems.get(textIn(body, 'system_of_record_identifier'));
  if (!system) throw invalid('system_of_record_identifier');
  const [key, label, type] = [textIn(body, 'key'), textIn(body, 'label'), textIn(body, 'type')];
  const valueType = VALUE_TYPES.find((known) => known === type);
  if (!valueType) throw invalid('type');
  if (attributeByKey(sor, system, key)) throw new Refusal(400, 'Param key is already taken');
  const created = addAttribute(sor, { system: system.identifier, key, label, valueType }, sor.now());
  // Without the system, as in the vendor's sample.
  return success({ ...fullAttribute(created), system_of_record_identifier: undefined });
};

/** Changes the label, "leave it empty if you don't wish to change it". */
export const relabelAttribute: SorHandler = async (sor, request, identifier) => {
  const attribute = attributeNamed(sor, identifier);
  const { label } = await bodyOf(request);
  if (label !== undefined && label !== null && typeof label !== 'string') throw invalid('label');
  if (label) sor.attributes.set(identifier, { ...attribute, label, updated: sor.now() });
  return success(fullAttribute(attributeNamed(sor, identifier)));
};

/** Its values can no longer be reached; the definition is remembered as removed. */
export const deleteAttribute: SorHandler = (sor, _request, identifier) => {
  const attribute = attributeNamed(sor, identifier);
  if (attribute.inUse) throw new Refusal(400, 'Customer attribute is used in a campaign or segment');
  sor.attributes.set(identifier, { ...attribute, removed: true, updated: sor.now() });
  return success();
};

/** Disables or enables an attribute; a second time has no effect, as documented. */
export function switchAttribute(disabled: boolean): SorHandler {
  return (sor, _request, identifier) => {
    const attribute = attributeNamed(sor, identifier);
    sor.attributes.set(identifier, { ...attribute, disabled, updated: sor.now() });
    return success();
  };
}

export const listRemovedAttributes: SorHandler = (sor, { query }) => {
  const system = sor.systems.get(query.get('system_of_record_identifier') ?? '');
  if (!system) throw invalid('system_of_record_identifier');
  const text = query.get('since') ?? '';
  // A whole number is seconds since 1970.
  const since = /^\d{0,12}$/.test(text) ? Number(text) * 1000 : parseTime(text);
  if (since === undefined) throw invalid('since');
  const removed = [...sor.attributes.values()]
    .filter((attribute) => attribute.system === system.identifier && attribute.removed)
    .filter(({ updated }) => updated >= since);
  return success(
    removed.map(({ id, key, valueType, label, created, updated, identifier, disabled }) => ({
      ...{ id, system_of_record_id: system.id, key, value_type: valueType, label, identifier, disabled },
      ...{ created_at: isoTime(created), updated_at: isoTime(updated), removed: true },
    })),
  );
};

/** What every answer about a system has; create and update answer with nothing else. */
function summary(sor: Sor, system: System): object {
  const { name, identifier, type, apiKeys, disabled } = system;
  const attributes_count = attributesOf(sor, system).length;
  return { name, identifier, type, api_keys: apiKeys, attributes_count, disabled };
}

function fullSystem(sor: Sor, system: System): object {
  const customer_attributes = attributesOf(sor, system).map(
    ({ disabled, identifier, key, label, sources, valueType: value_type }) => {
      return { disabled, identifier, key, label, sources, value_type };
    },
  );
  return { ...summary(sor, system), updated_date: `${spacedTime(system.updated)} UTC`, customer_attributes };
}

function fullAttribute({ identifier, key, label, valueType, disabled, system }: Attribute) {
  return { identifier, key, label, value_type: valueType, disabled, system_of_record_identifier: system };
}

/** `whatToDo` is what only custom systems allow. */
function systemNamed(sor: Sor, identifier: string, whatToDo?: 'modified' | 'deleted'): System {
  const system = sor.systems.get(identifier);
  if (!system) throw unknown('System of record');
  if (whatToDo && system.type !== 'custom') throw new Refusal(400, `Only custom systems of record can be ${whatToDo}`);
  return system;
}

function attributeNamed(sor: Sor, identifier: string): Attribute {
  const attribute = sor.attributes.get(identifier);
  if (!attribute || attribute.removed) throw unknown('Customer attribute');
  return attribute;
}
