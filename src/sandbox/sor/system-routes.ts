import { invalid, Refusal, success, unknown } from './answers.ts';
import { attributeInSystem } from './attribute-json.ts';
import { bodyOf, textIn } from './bodies.ts';
import type { SorHandler } from './routes.ts';
import { fullSystems, type Sor } from './sor.ts';
import type { System } from './systems.ts';
import { spacedUtcTime } from './times.ts';

/** All systems, or those of one type; of an unknown type there are none. */
export const listSystems: SorHandler = (sor, { query }) => {
  const type = query.get('type');
  const systems = fullSystems(sor).filter(({ system }) => !type || system.type === type);
  return success(
    systems.map(({ system, attributes }) => ({
      ...summary(sor, system),
      // The seed's list dates every system but the global one; its View dates that one too.
      ...(system.type === 'global' ? {} : { updated_date: spacedUtcTime(system.updated) }),
      customer_attributes: attributes.map(attributeInSystem),
    })),
  );
};

export const viewSystem: SorHandler = (sor, _request, identifier) => {
  const system = found(sor, identifier);
  return success({
    ...summary(sor, system),
    updated_date: spacedUtcTime(system.updated),
    customer_attributes: sor.attributes.of(system.id).map(attributeInSystem),
  });
};

export const createSystem: SorHandler = async (sor, request) => {
  const name = textIn(await bodyOf(request), 'name');
  return success(summary(sor, sor.systems.create(name, sor.now())));
};

export const renameSystem: SorHandler = async (sor, request, identifier) => {
  const system = changeable(found(sor, identifier), 'modified');
  sor.systems.rename(system.id, textIn(await bodyOf(request), 'name'), sor.now());
  return success(summary(sor, found(sor, identifier)));
};

export const deleteSystem: SorHandler = (sor, _request, identifier) => {
  const system = changeable(found(sor, identifier), 'deleted');
  if (sor.attributes.of(system.id).some(({ inUse }) => inUse)) {
    throw new Refusal(400, 'System of record has an attribute that is used in a campaign or segment');
  }
  sor.systems.delete(system.id);
  return success();
};

export const disableSystem: SorHandler = (sor, _request, identifier) => {
  const system = switchable(found(sor, identifier), 'disabled');
  if (system.disabled) throw new Refusal(400, 'System of record is already disabled');
  sor.systems.setDisabled(system.id, true, sor.now());
  return success();
};

export const enableSystem: SorHandler = (sor, _request, identifier) => {
  const system = switchable(found(sor, identifier), 'enabled');
  if (!system.disabled) throw new Refusal(400, 'System of record is already enabled');
  sor.systems.setDisabled(system.id, false, sor.now());
  return success();
};

/** What every answer about a system has; create and update answer with nothing else. */
function summary(sor: Sor, { id, name, identifier, type, apiKeys, disabled }: System): object {
  return {
    ...{ name, identifier, type },
    api_keys: apiKeys,
    attributes_count: sor.attributes.of(id).length,
    disabled,
  };
}

function found(sor: Sor, identifier: string): System {
  if (!identifier) throw invalid('sor_identifier');
  const system = sor.systems.find(identifier);
  if (!system) throw unknown('System of record');
  return system;
}

function changeable(system: System, what: string): System {
  if (system.type !== 'custom') throw new Refusal(400, `Only custom systems of record can be ${what}`);
  return system;
}

function switchable(system: System, what: string): System {
  if (system.type === 'global') throw new Refusal(400, `The global system of record cannot be ${what}`);
  return system;
}
