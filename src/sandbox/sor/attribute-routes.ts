import { invalid, Refusal, success, unknown } from './answers.ts';
import { createdAttribute, removedAttribute } from './attribute-json.ts';
import type { Attribute } from './attributes.ts';
import { bodyOf, textIn } from './bodies.ts';
import type { SorHandler } from './routes.ts';
import type { Sor } from './sor.ts';
import { parseTimestamp } from './times.ts';
import { VALUE_TYPES } from './values.ts';

export const viewAttribute: SorHandler = (sor, _request, identifier) =>
  success(full(sor, found(sor, identifier)));

export const createAttribute: SorHandler = async (sor, request) => {
  const body = await bodyOf(request);
  const system = sor.systems.find(textIn(body, 'system_of_record_identifier'));
  if (!system) throw invalid('system_of_record_identifier');
  const [key, label, type] = [textIn(body, 'key'), textIn(body, 'label'), textIn(body, 'type')];
  const valueType = VALUE_TYPES.find((known) => known === type);
  if (!valueType) throw invalid('type');
  if (sor.attributes.findByKey(system.id, key)) throw new Refusal(400, 'Param key is already taken');
  const attribute = sor.attributes.create({ systemId: system.id, key, label, valueType }, sor.now());
  return success(createdAttribute(attribute));
};

/** Changes the label, "leave it empty if you don't wish to change it". */
export const relabelAttribute: SorHandler = async (sor, request, identifier) => {
  const attribute = found(sor, identifier);
  const { label } = await bodyOf(request);
  if (label !== undefined && label !== null && typeof label !== 'string') throw invalid('label');
  if (label) sor.attributes.relabel(attribute.id, label, sor.now());
  return success(full(sor, found(sor, identifier)));
};

export const deleteAttribute: SorHandler = (sor, _request, identifier) => {
  const { id, inUse } = found(sor, identifier);
  if (inUse) throw new Refusal(400, 'Customer attribute is used in a campaign or segment');
  sor.attributes.remove(id, sor.now());
  return success();
};

export const disableAttribute: SorHandler = (sor, _request, identifier) => {
  sor.attributes.setDisabled(found(sor, identifier).id, true, sor.now());
  return success();
};

/** Of an enabled attribute it changes nothing, as documented. */
export const enableAttribute: SorHandler = (sor, _request, identifier) => {
  sor.attributes.setDisabled(found(sor, identifier).id, false, sor.now());
  return success();
};

export const listRemovedAttributes: SorHandler = (sor, { query }) => {
  const identifier = query.get('system_of_record_identifier');
  const system = identifier ? sor.systems.find(identifier) : undefined;
  if (!system) throw invalid('system_of_record_identifier');
  const text = query.get('since');
  const since = text ? parseTimestamp(text) : Number.MIN_SAFE_INTEGER;
  if (since === undefined) throw invalid('since');
  return success(sor.attributes.removedSince(system.id, since).map(removedAttribute));
};

function full(sor: Sor, attribute: Attribute): object {
  const system = sor.systems.all().find(({ id }) => id === attribute.systemId);
  return { ...createdAttribute(attribute), system_of_record_identifier: system?.identifier };
}

function found(sor: Sor, identifier: string): Attribute {
  if (!identifier) throw invalid('ca_identifier');
  const attribute = sor.attributes.find(identifier);
  if (!attribute) throw unknown('Customer attribute');
  return attribute;
}
