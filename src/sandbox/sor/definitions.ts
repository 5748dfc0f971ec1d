import { randomBytes } from 'node:crypto';
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

/** By identifier, in the order of creation. The routes decide who may change what. */
export interface Definitions {
  readonly systems: Map<string, System>;
  /** Removed ones included. */
  readonly attributes: Map<string, Attribute>;
}

/** The attributes of a system that are not removed. */
export function attributesOf({ attributes }: Definitions, { identifier }: System): Attribute[] {
  return [...attributes.values()].filter(({ system, removed }) => system === identifier && !removed);
}

/** The attribute of a system with this key. */
export function attributeByKey(definitions: Definitions, system: System, key: string): Attribute | undefined {
  return attributesOf(definitions, system).find((attribute) => attribute.key === key);
}

/** Adds an ordinary attribute, made at `now`, but for what `definition` says otherwise. */
export function addAttribute(
  { attributes }: Definitions,
  definition: Pick<Attribute, 'system' | 'key' | 'valueType'> & Partial<Attribute>,
  now: number,
): Attribute {
  const added = {
    id: nextId(attributes),
    identifier: `FACA_${randomLetters(26)}`,
    label: definition.key,
    sources: ['DEFAULT'],
    ...{ disabled: false, inUse: false, generated: false, removed: false, created: now, updated: now },
    ...definition,
  };
  attributes.set(added.identifier, added);
  return added;
}

/** Adds a system with the next number. */
export function addSystem({ systems }: Definitions, system: Omit<System, 'id'>): System {
  const added = { id: nextId(systems), ...system };
  systems.set(system.identifier, added);
  return added;
}

function nextId(known: ReadonlyMap<string, { id: number }>): number {
  return Math.max(0, ...[...known.values()].map(({ id }) => id)) + 1;
}

/** Letters and digits. */
export function randomLetters(count: number): string {
  return randomBytes(count).toString('base64').replace(/[+/]/g, 'x').slice(0, count);
}
