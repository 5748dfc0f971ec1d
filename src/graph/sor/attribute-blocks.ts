import type { GraphQLResolveInfo } from 'graphql';
import type { ProfileRow } from '../../sources/sor/profile-rows.ts';
import { GLOBAL } from '../../sources/sor/systems.ts';
import { type CustomerValues, type DatedValue, readValues } from '../../sources/sor/values.ts';
import type { Context } from '../context.ts';
import type { AttributeValueSource } from '../resources/sor/attribute-value.ts';
import { selects } from '../selection.ts';
import { blockOf, blocksOf, profilesOf } from './profiles.ts';

/** What one system knows about a customer, of the keys that were asked for. */
export interface SystemAttributesSource {
  /** As the profile names the system: `global`, or an identifier. */
  name: string;
  values(context: Context, info: GraphQLResolveInfo): AttributeValueSource[];
}

const DATED_FIELDS: readonly string[] = ['since', 'elements'];

/** The attributes of one of a profile's systems. */
interface Block {
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
): SystemAttributesSource[] | Promise<SystemAttributesSource[]> {
  const sources = (blocks: Block[]) =>
    blocks.map(
      ({ name, entries }): SystemAttributesSource => ({
        name,
        values: (context, info) => {
          const dates = datesOf(profile, name, context, info);
          return entries.map(([key, raw]) => ({
            key,
            raw,
            system: name,
            dated: dates && (() => dates(key)),
          }));
        },
      }),
    );
  const widen = () => profilesOf(context, info).loadAllSystems(profile);
  const blocks = narrowBlocks(profile, systems, keys, context, widen);
  return blocks instanceof Promise ? blocks.then(sources) : sources(blocks);
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
): Block[] | Promise<Block[]> {
  const narrowed = (names?: readonly string[], row = profile) => {
    const blocks: Block[] = [];
    for (const [name, block] of blocksOf(row)) {
      if (names && !names.includes(name)) continue;
      const all = Object.entries(block);
      const entries = keys ? all.filter(([key]) => keys.includes(key)) : all;
      if (!keys || entries.length > 0) blocks.push({ name, entries });
    }
    return blocks;
  };
  if (!systems) return narrowed();
  const names = systems.map((system) => blockName(profile, system, context));
  if (names.every((name) => typeof name === 'string')) return narrowed(names);
  return Promise.all(names).then(async (found) => {
    const isGlobalLost = found.includes(GLOBAL) && !blockOf(profile, GLOBAL);
    return narrowed(found, (isGlobalLost && (await widen())) || profile);
  });
}

/** Reads a profile again with the values of all systems: an answer may lack the global one if it was narrowed to it. */
type Widen = () => Promise<ProfileRow | null>;

/** One value of a profile; null when the system has none for it. */
export function valueIn(
  profile: ProfileRow,
  system: string,
  key: string,
  context: Context,
  info: GraphQLResolveInfo,
): AttributeValueSource | null | Promise<AttributeValueSource | null> {
  const namedValue = (name: string, row = profile) => {
    const block = blockOf(row, name);
    if (!block || !Object.hasOwn(block, key)) return null;
    const dates = datesOf(profile, name, context, info);
    return { key, raw: block[key], system: name, dated: dates && (() => dates(key)) };
  };
  const name = blockName(profile, system, context);
  if (typeof name === 'string') return namedValue(name);
  return name.then(async (found) => {
    const isGlobalLost = found === GLOBAL && !blockOf(profile, GLOBAL);
    return namedValue(found, (isGlobalLost && (await profilesOf(context, info).loadAllSystems(profile))) || profile);
  });
}

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
 * Reads the dates of a system's values when they are selected, once for the profile and the system. The dates of
 * another customer are none: for a device the API may answer with its last user.
 */
function datesOf(
  profile: ProfileRow,
  system: string,
  context: Context,
  info: GraphQLResolveInfo,
): ((key: string) => Promise<DatedValue | undefined>) | undefined {
  if (!selects(info, 'AttributeValue', (field) => DATED_FIELDS.includes(field))) return undefined;
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
