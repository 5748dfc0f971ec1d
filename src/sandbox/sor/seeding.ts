import type { Installation } from './customer-values.ts';
import { type Attribute, addAttribute, addSystem, attributeByKey, type System } from './definitions.ts';
import type { Sor } from './sor.ts';
import { type CustomerIdType, isEmpty, type Value, type ValueType } from './values.ts';

/** An attribute to begin with: what differs from an ordinary one. It is from long ago unless it says otherwise. */
export interface AttributeSeed extends Partial<Omit<Attribute, 'key' | 'valueType' | 'system'>> {
  key: string;
  type: ValueType;
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
  values?: Record<string, Record<string, DatedValue['value'] | DatedValue>>;
  installations?: Installation[];
}

/** A value (a set: its elements) with its dates. */
export interface DatedValue {
  value: string | boolean | number | bigint | string[] | null;
  since?: number | null;
  elements?: number[];
  /** When it last had a value, of one that was removed at `since`. */
  held?: number;
}

const LONG_AGO = Date.parse('2017-01-01T00:00:00Z');

/** Adds systems with their attributes. */
export function insertSystems(sor: Sor, seeds: readonly SystemSeed[]): void {
  for (const { attributes = [], disabled = false, updated = LONG_AGO, ...seed } of seeds) {
    addSystem(sor, { ...seed, disabled, updated });
    insertAttributes(sor, seed.identifier, attributes);
  }
}

/** Adds attributes to a system that is there already, with the same identifiers at each start. */
export function insertAttributes(sor: Sor, system: string, seeds: readonly AttributeSeed[]): void {
  for (const { type, key, identifier = `FACA_${system}_${key}`, ...seed } of seeds)
    addAttribute(sor, { ...seed, key, identifier, system, valueType: type }, LONG_AGO);
}

/** Adds customers; throws for a system or key that is not there. */
export function insertProfiles(sor: Sor, seeds: readonly ProfileSeed[]): void {
  for (const { customerId, type = 'user_id', updated = LONG_AGO, values = {}, installations } of seeds) {
    const profile = sor.profiles.touch(customerId, type, updated);
    for (const [identifier, byKey] of Object.entries(values)) {
      const system = sor.systems.get(identifier);
      for (const [key, seed] of Object.entries(byKey)) {
        const attribute = system && attributeByKey(sor, system, key);
        if (!attribute) throw new Error(`There is no attribute ${key} in ${identifier}`);
        sor.values.set(profile, attribute, seededValue(seed, updated));
      }
    }
    if (installations) sor.values.install(profile, installations);
  }
}

function seededValue(seed: DatedValue['value'] | DatedValue, updated: number): Value {
  const dated = typeof seed === 'object' && seed !== null && 'value' in seed ? seed : { value: seed };
  const { value } = dated;
  const json = value === null ? null : typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  const { since = isEmpty({ json }) ? null : updated } = dated;
  const { held = json === null ? null : since } = dated;
  const dates = Array.isArray(value) ? value.map((_, n) => dated.elements?.[n] ?? since ?? updated) : undefined;
  return { json, since, held, elements: dates };
}
