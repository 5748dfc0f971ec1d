import { memoize1 } from '@graphql-tools/utils';
import type { GraphQLResolveInfo } from 'graphql';
import type { ProfileRow } from '../../sources/sor/profile-rows.ts';
import { GLOBAL } from '../../sources/sor/systems.ts';
import { datedValue, readValues } from '../../sources/sor/values.ts';
import { type Context, oncePerOperation } from '../context.ts';
import { type Asked, type Charge, SYSTEM_LIST } from '../cost/charge.ts';
import type { AttributeValueSource } from '../resources/sor/attribute-value.ts';
import { type SelectionInfo, selects } from '../selection.ts';
import { blockOf, profileIdOf, profilesOf } from './profiles.ts';

const SINCE_FIELDS: readonly string[] = ['since', 'sinceText'];
const DATED_FIELDS: readonly string[] = [...SINCE_FIELDS, 'elements'];

const selectsAny = (info: SelectionInfo, wanted: readonly string[]) =>
  selects(info, 'AttributeValue', (field) => wanted.includes(field));

/** How many systems of record know anything about a customer, where only running can tell. */
const ASSUMED_SYSTEMS = 4;

/** Arguments that may name systems. */
interface NamedSystems {
  systems?: readonly string[] | null | undefined;
}

/** How many systems there are of a customer's, or are left of them. */
export const SYSTEM_ROWS = {
  assumed: ASSUMED_SYSTEMS,
  of: ({ systems }: NamedSystems) => (systems ? new Set(systems).size : ASSUMED_SYSTEMS),
};

/** Values of the systems named: which of them is the global one is asked once. */
export function namedSystemCharge({ systems }: NamedSystems, { context }: Asked): Charge[] {
  const isKnown = (system: string) => typeof context.sorSystems.knownGlobal(system) === 'boolean';
  return systems?.every(isKnown) === false ? [SYSTEM_LIST] : [];
}

/** The dates of values of one system, or of those of a block: a call for each customer and system, where they are selected. */
export function datesCharge(system: string | undefined, asked: Asked): Charge[] {
  const at = DATED_FIELDS.find((field) => selectsAny(asked, [field]));
  if (at === undefined) return [];
  const call: Charge = { api: 'SOR', calls: 1, key: `dates ${system}`, at };
  return system === undefined || asked.context.sorSystems.knownGlobal(system) !== false ? [call, SYSTEM_LIST] : [call];
}

/** What one system knows about a customer, of the keys that were asked for. */
export interface AttributeBlock {
  profile: ProfileRow;
  /** As the profile names the system: `global`, or an identifier. */
  name: string;
  values: AttributeValueSource[];
}

/** The values of a system, with their dates where those are selected. */
export function valuesOfBlock({ profile, name, values }: AttributeBlock, context: Context, info: GraphQLResolveInfo) {
  if (!selectsAny(info, DATED_FIELDS)) return values;
  const dates = datesOf(profile, name, context);
  const isSinceSelected = selectsAny(info, SINCE_FIELDS);
  return values.map((value) => {
    if (!value.masked) return { ...value, dated: () => dates(value.key) };
    const since = async () => ({ value: null, since: (await dates(value.key))?.since, elements: undefined });
    return isSinceSelected ? { ...value, dated: since } : value;
  });
}

const membersOf = memoize1((list: readonly string[]): ReadonlySet<string> => new Set(list));

/** What an argument names. It is one list for all rows of a field, and gone through once. */
export function setOf(list: readonly string[] | null | undefined): ReadonlySet<string> | undefined {
  return list ? membersOf(list) : undefined;
}

/** Which values a caller without `pii:read` must not have. */
const withheldKeys = oncePerOperation(({ personalKeys, operation }) => personalKeys(operation));

/** A value of an answer: what stands under a key of a system. */
type ReadValue = (key: string, given: unknown, system: string) => AttributeValueSource;

const asGiven: ReadValue = (key, raw, system) => ({
  key,
  raw,
  system,
  removed: false,
  masked: false,
  dated: undefined,
});

/** What of a profile is wanted: these systems and keys alone, where some are named. */
interface Wanted {
  systems: ReadonlySet<string> | undefined;
  keys: ReadonlySet<string> | undefined;
  read?: ReadValue;
  /** An answer may lack the global system if it was narrowed to it: with this all systems are read then. */
  info?: GraphQLResolveInfo;
}

/** The values of a profile by its systems: without `pii:read` those of personal keys are masked here. */
export function systemAttributes(profile: ProfileRow, wanted: Wanted, context: Context) {
  const { read = asGiven } = wanted;
  if (context.scopes.has('pii:read')) return blocksOf(profile, wanted, context);
  return withheldKeys(context).then((isWithheld) => {
    const masked: ReadValue = (key, given, system) => {
      const value = read(key, given, system);
      return isWithheld(key) ? { ...value, raw: null, masked: true } : value;
    };
    return blocksOf(profile, { ...wanted, read: masked }, context);
  });
}

/**
 * The attributes of the named systems and keys; a system without any of the keys is left out. Waits only where the list
 * has to tell whether a system that the profile does not carry under the name given is the global one.
 */
function blocksOf(profile: ProfileRow, wanted: Wanted, context: Context) {
  const { systems, info } = wanted;
  if (!systems) return narrowed(profile, () => true, wanted);
  const isCarried = (name: string) => name === GLOBAL || blockOf(profile, name) !== undefined;
  const isNamed = (identifier: string | undefined) => {
    const isGlobal = systems.has(GLOBAL) || (identifier !== undefined && !isCarried(identifier));
    return (name: string) => (name === GLOBAL ? isGlobal : systems.has(name));
  };
  const global = systems.values().every(isCarried) ? undefined : context.sorSystems.globalAmong(systems);
  if (!(global instanceof Promise)) return narrowed(profile, isNamed(global), wanted);
  return global.then(async (identifier) => {
    const isIncluded = isNamed(identifier);
    const isGlobalLost = isIncluded(GLOBAL) && !blockOf(profile, GLOBAL);
    const whole = isGlobalLost && info ? await profilesOf(context, info).loadAllSystems(profile) : null;
    return narrowed(whole ?? profile, isIncluded, wanted);
  });
}

function narrowed(profile: ProfileRow, isNamed: (system: string) => boolean, { keys, read = asGiven }: Wanted) {
  const blocks: AttributeBlock[] = [];
  for (const name of Object.keys(profile.attributes ?? {})) {
    const block = isNamed(name) ? blockOf(profile, name) : undefined;
    if (!block) continue;
    // In the profile's own order.
    const named = Object.keys(block).filter((key) => keys?.has(key) ?? true);
    if (!keys || named.length > 0) {
      blocks.push({ profile, name, values: named.map((key) => read(key, block[key], name)) });
    }
  }
  return blocks;
}

/** Reads a system's dates once. Those of another customer are none: for a device its last user's may come. */
function datesOf(profile: ProfileRow, system: string, { sor, sorSystems }: Context) {
  const read = async () => {
    const identifier = system === GLOBAL ? (await sorSystems.findInList(GLOBAL))?.identifier : system;
    const values = identifier === undefined ? null : await readValues(sor, profile, identifier);
    return profileIdOf(values) === profileIdOf(profile) ? values : null;
  };
  let reading: ReturnType<typeof read> | undefined;
  return async (key: string) => {
    reading ??= read();
    const values = await reading;
    return values ? datedValue(values, key) : undefined;
  };
}
