import type { GraphQLResolveInfo } from 'graphql';
import type { ProfileRow } from '../../sources/sor/profile-rows.ts';
import { GLOBAL } from '../../sources/sor/systems.ts';
import { type CustomerValues, type DatedValue, readValues } from '../../sources/sor/values.ts';
import type { Context } from '../context.ts';
import type { AttributeValueSource } from '../resources/sor/attribute-value.ts';
import { selects } from '../selection.ts';
import { blockOf, blocksOf, profilesOf } from './profiles.ts';

const DATED_FIELDS: readonly string[] = ['since', 'sinceText', 'elements'];

/** What one system knows about a customer, of the keys that were asked for. */
export interface AttributeBlock {
  profile: ProfileRow;
  /** As the profile names the system: `global`, or an identifier. */
  name: string;
  entries: [key: string, raw: unknown][];
}

/** A profile's systems, narrowed to those asked for; keys narrow further, and a system without any is left out. */
export function systemAttributes(
  profile: ProfileRow,
  systems: readonly string[] | null | undefined,
  keys: readonly string[] | null | undefined,
  context: Context,
  info: GraphQLResolveInfo,
): AttributeBlock[] | Promise<AttributeBlock[]> {
  return narrowBlocks(profile, systems, keys, context, () => profilesOf(context, info).loadAllSystems(profile));
}

/** The values of a system, with their dates where those are selected. */
export function valuesOfBlock(
  { profile, name, entries }: AttributeBlock,
  context: Context,
  info: GraphQLResolveInfo,
): AttributeValueSource[] {
  const isDated = selects(info, 'AttributeValue', (field) => DATED_FIELDS.includes(field));
  const dates = isDated ? datesOf(profile, name, context) : undefined;
  return entries.map(([key, raw]) => ({ key, raw, system: name, dated: dates && (() => dates(key)) }));
}

/** One value of a profile; null when the system has none for it. */
export function valueIn(
  profile: ProfileRow,
  system: string,
  key: string,
  context: Context,
  info: GraphQLResolveInfo,
): AttributeValueSource | null | Promise<AttributeValueSource | null> {
  const only = ([block]: AttributeBlock[]) => (block && valuesOfBlock(block, context, info)[0]) ?? null;
  const blocks = systemAttributes(profile, [system], [key], context, info);
  return blocks instanceof Promise ? blocks.then(only) : only(blocks);
}

/**
 * The attributes of a profile's systems, of those systems and keys alone that are named. Waits only where the list of
 * systems has to tell what is meant.
 */
export function narrowBlocks(
  profile: ProfileRow,
  systems: readonly string[] | null | undefined,
  keys: readonly string[] | null | undefined,
  context: Context,
  widen: Widen = async () => null,
): AttributeBlock[] | Promise<AttributeBlock[]> {
  if (!systems) return narrowed(profile, undefined, keys);
  const names = systems.map((system) => blockName(profile, system, context));
  if (names.every((name) => typeof name === 'string')) return narrowed(profile, names, keys);
  return Promise.all(names).then(async (found) => {
    const isGlobalLost = found.includes(GLOBAL) && !blockOf(profile, GLOBAL);
    return narrowed((isGlobalLost && (await widen())) || profile, found, keys);
  });
}

function narrowed(
  profile: ProfileRow,
  names: readonly string[] | undefined,
  keys: readonly string[] | null | undefined,
): AttributeBlock[] {
  const blocks: AttributeBlock[] = [];
  for (const [name, block] of blocksOf(profile)) {
    if (names && !names.includes(name)) continue;
    const entries = entriesOf(block, keys);
    if (!keys || entries.length > 0) blocks.push({ profile, name, entries });
  }
  return blocks;
}

/** In the profile's own order. A single key is looked up, since a block may be large. */
function entriesOf(block: Record<string, unknown>, keys: readonly string[] | null | undefined): [string, unknown][] {
  if (!keys) return Object.entries(block);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) return Object.hasOwn(block, only) ? [[only, block[only]]] : [];
  return Object.entries(block).filter(([key]) => keys.includes(key));
}

/** Reads a profile again with the values of all systems: an answer may lack the global one if it was narrowed to it. */
type Widen = () => Promise<ProfileRow | null>;

/**
 * The name under which a profile carries a system. Only for one that it does not carry under the name given may
 * that be the global system's identifier, which only the list of systems knows.
 */
function blockName(profile: ProfileRow, system: string, { sorSystems }: Context): string | Promise<string> {
  if (system === GLOBAL || blockOf(profile, system)) return system;
  const isGlobal = sorSystems.isGlobal(system);
  if (typeof isGlobal === 'boolean') return isGlobal ? GLOBAL : system;
  return isGlobal.then((found) => (found ? GLOBAL : system));
}

/**
 * Reads the dates of a system's values, once for the profile and the system. The dates of another customer are none: for
 * a device the API may answer with its last user.
 */
function datesOf(
  profile: ProfileRow,
  system: string,
  context: Context,
): (key: string) => Promise<DatedValue | undefined> {
  let reading: Promise<CustomerValues | null> | undefined;
  return async (key) => {
    reading ??= valuesOf(profile, system, context);
    const values = await reading;
    const isOwn = values?.customerId === profile.customer_id && values.customerIdType === profile.customer_id_type;
    return isOwn ? values.values.get(key) : undefined;
  };
}

async function valuesOf(profile: ProfileRow, system: string, context: Context): Promise<CustomerValues | null> {
  const identifier = system === GLOBAL ? (await context.sorSystems.findInList(GLOBAL))?.identifier : system;
  return identifier === undefined ? null : readValues(context.sor, profile, identifier);
}
