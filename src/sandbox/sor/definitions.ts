import type { Journal, KeptMap } from '../journal.ts';
import { randomHex } from './random-names.ts';
import type { ValueType } from './values.ts';

/** A system of record. */
export interface System {
  /** Internal; shows only in removed attributes. */
  id: number;
  identifier: string;
  name: string;
  type: 'global' | 'app' | 'custom';
  apiKeys: string[];
  disabled: boolean;
  /** Milliseconds since 1970. */
  updated: number;
}

/** A customer attribute of a system of record. Times are milliseconds since 1970. */
export interface Attribute {
  /** Internal; shows only once it is removed. */
  id: number;
  identifier: string;
  /** The identifier of its system. */
  system: string;
  key: string;
  label: string;
  valueType: ValueType;
  sources: string[];
  disabled: boolean;
  /** Named in the filter of a campaign or segment, so it cannot be deleted. */
  inUse: boolean;
  /** Generated profiles have a computed value for it. */
  generated: boolean;
  removed: boolean;
  created: number;
  updated: number;
}

/** What an attribute must have, and whatever else is not as usual. */
export type NewAttribute = Pick<Attribute, 'system' | 'key' | 'valueType'> & Partial<Attribute>;

/** A system with its attributes. */
export interface FullSystem {
  system: System;
  attributes: Attribute[];
}

/** The systems of record of the entity and their attributes. The routes decide who may change what. */
export class Definitions {
  readonly #systems: KeptMap<System>;
  readonly #attributes: KeptMap<Attribute>;

  constructor(journal: Journal) {
    this.#systems = journal.map('systems');
    this.#attributes = journal.map('attributes');
  }

  /** Every system with its attributes, in the order of creation. */
  full(): FullSystem[] {
    return [...this.#systems.values()].map((system) => ({ system, attributes: this.attributesOf(system) }));
  }

  system(identifier: string): System | undefined {
    return this.#systems.get(identifier);
  }

  addSystem(system: Omit<System, 'id'>): System {
    const added = { id: nextId(this.#systems), ...system };
    this.#systems.set(system.identifier, added);
    return added;
  }

  changeSystem(system: System, changes: Partial<System>): System {
    const changed = { ...system, ...changes };
    this.#systems.set(system.identifier, changed);
    return changed;
  }

  /** Its attributes go with it; their values can no longer be reached. */
  deleteSystem({ identifier }: System): void {
    for (const attribute of [...this.#attributes.values()])
      if (attribute.system === identifier) this.#attributes.delete(attribute.identifier);
    this.#systems.delete(identifier);
  }

  /** Those that are not removed, in the order of creation. */
  attributesOf({ identifier }: System): Attribute[] {
    return [...this.#attributes.values()].filter(({ system, removed }) => system === identifier && !removed);
  }

  removedAttributesOf({ identifier }: System): Attribute[] {
    return [...this.#attributes.values()].filter(({ system, removed }) => system === identifier && removed);
  }

  attribute(identifier: string): Attribute | undefined {
    const attribute = this.#attributes.get(identifier);
    return attribute?.removed ? undefined : attribute;
  }

  attributeByKey(system: System, key: string): Attribute | undefined {
    return this.attributesOf(system).find((attribute) => attribute.key === key);
  }

  /** An ordinary attribute, made at `now`, but for what `definition` says otherwise. */
  addAttribute(definition: NewAttribute, now: number): Attribute {
    const ordinary = { disabled: false, inUse: false, generated: false, removed: false };
    const added = {
      id: nextId(this.#attributes),
      identifier: `FACA_${randomHex(13)}`,
      label: definition.key,
      sources: ['DEFAULT'],
      ...ordinary,
      ...{ created: now, updated: now },
      ...definition,
    };
    this.#attributes.set(added.identifier, added);
    return added;
  }

  changeAttribute(attribute: Attribute, changes: Partial<Attribute>): Attribute {
    const changed = { ...attribute, ...changes };
    this.#attributes.set(attribute.identifier, changed);
    return changed;
  }
}

function nextId(map: ReadonlyMap<string, { id: number }>): number {
  return Math.max(0, ...[...map.values()].map(({ id }) => id)) + 1;
}
