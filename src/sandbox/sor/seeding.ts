import type { Attribute } from './attributes.ts';
import type { Installation } from './customer-values.ts';
import { attributeIdentifier } from './names.ts';
import type { Sor } from './sor.ts';
import type { System } from './systems.ts';
import { type CustomerIdType, isEmpty, type Value, type ValueType } from './values.ts';

/** An attribute to begin with: its type, and what differs from an ordinary one. */
export interface AttributeSeed extends Partial<Pick<Attribute, 'identifier' | 'label' | 'sources'>> {
  key: string;
  type: ValueType;
  disabled?: boolean;
  inUse?: boolean;
  /** Generated profiles have a computed value for it. */
  generated?: boolean;
  /** Milliseconds since 1970, as every time here; long ago when left out. */
  created?: number;
  updated?: number;
  /** A removed attribute, with its internal number. */
  removed?: { id: number };
}

/** A system of record to begin with. */
export interface SystemSeed extends Pick<System, 'identifier' | 'name' | 'type'> {
  apiKeys: string[];
  disabled?: boolean;
  updated?: number;
  attributes?: AttributeSeed[];
}

/** A customer to begin with. */
export interface ProfileSeed {
  customerId: string;
  type?: CustomerIdType;
  updated?: number;
  /** By system identifier, then by key. */
  values?: Record<string, Record<string, ValueSeed>>;
  installations?: Installation[];
}

/** The value itself (a set: its elements), or one with its dates; `removed` says that it once was there. */
export type ValueSeed = ValueContent | DatedValue;

export type ValueContent = string | boolean | number | bigint | string[] | null;

export interface DatedValue {
  value: ValueContent;
  since?: number | null;
  elements?: number[];
  /** When it last had a value, of one that was removed at `since`. */
  held?: number;
}

const LONG_AGO = Date.parse('2017-01-01T00:00:00Z');

export function insertSystems(sor: Sor, seeds: SystemSeed[]): void {
  for (const { attributes = [], disabled = false, updated = LONG_AGO, ...seed } of seeds) {
    const system = sor.systems.insert({ ...seed, disabled, updated });
    for (const attribute of attributes) insertAttribute(sor, system.id, attribute);
  }
}

/** Adds one attribute to a system that is there already. */
export function insertAttribute(sor: Sor, systemId: number, seed: AttributeSeed): void {
  sor.attributes.insert({
    systemId,
    identifier: seed.identifier ?? attributeIdentifier(),
    key: seed.key,
    label: seed.label ?? seed.key,
    valueType: seed.type,
    sources: seed.sources ?? ['DEFAULT'],
    disabled: seed.disabled ?? false,
    inUse: seed.inUse ?? false,
    generated: seed.generated ?? false,
    created: seed.created ?? LONG_AGO,
    updated: seed.updated ?? LONG_AGO,
    ...(seed.removed && { id: seed.removed.id, removed: true }),
  });
}

/** Adds customers; throws for a system or key that is not there. */
export function insertProfiles(sor: Sor, seeds: ProfileSeed[]): void {
  sor.database.transaction(() => {
    for (const {
      customerId,
      type = 'user_id',
      updated = LONG_AGO,
      values = {},
      installations = [],
    } of seeds) {
      const profile = sor.profiles.touch(customerId, type, updated);
      for (const [identifier, byKey] of Object.entries(values)) {
        const system = sor.systems.find(identifier);
        for (const [key, seed] of Object.entries(byKey)) {
          const attribute = system && sor.attributes.findByKey(system.id, key);
          if (!attribute) throw new Error(`There is no attribute ${key} in ${identifier}`);
          sor.values.set(profile, attribute, seededValue(seed, updated));
        }
      }
      for (const installation of installations) sor.values.install(profile, installation, updated);
    }
  });
}

function seededValue(seed: ValueSeed, updated: number): Value {
  const dated = typeof seed === 'object' && seed !== null && 'value' in seed ? seed : { value: seed };
  const { value } = dated;
  const json = value === null ? null : typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  const never = isEmpty({ json }) && dated.since === undefined;
  const since = never ? null : dated.since === undefined ? updated : dated.since;
  const held = dated.held ?? (json === null ? null : since);
  const elements = Array.isArray(dated.value)
    ? dated.value.map((_, index) => dated.elements?.[index] ?? since ?? updated)
    : undefined;
  return { json, since, held, elements };
}
