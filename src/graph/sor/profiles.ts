import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import { leavesNobodyOut, roomForIds, UNKNOWN_KEY } from '../../sources/sor/profile-lookup.ts';
import {
  type CustomerIdType,
  isProfile,
  type ProfileListQuery,
  type ProfileProjection,
  type ProfileRow,
} from '../../sources/sor/profile-rows.ts';
import { SorProfiles } from '../../sources/sor/profiles.ts';
import type { Sor } from '../../sources/sor/sor.ts';
import { GLOBAL } from '../../sources/sor/systems.ts';
import { readableRows } from '../connection.ts';
import { type Context, oncePerOperation } from '../context.ts';
import type { Asked, Charge } from '../cost/charge.ts';
import { rightArgumentsOf } from '../node-ids.ts';
import { fieldsOfOperation, MISSING, type OperationInfo, type SelectionInfo, selects } from '../selection.ts';

/** What of profiles the operation needs: looked at before it is executed as well, for what it costs. */
const projectionOf = oncePerOperation((_context, info: OperationInfo) => profileProjection(info, 'CustomerProfile'));

/** The operation's profiles, with the union of all that it selects of them. */
export const profilesOf = oncePerOperation((context, info: OperationInfo) =>
  profilesWith(context, projectionOf(context, info)),
);

/** Profiles or changes, with that of each. */
export function profilesWith({ sor }: Pick<Context, 'sor'>, { keys, systems }: ProfileProjection): SorProfiles {
  // Nobody documents by which name an answer can be narrowed to the global system.
  const isGlobal = systems?.includes(sor.shown.globalIdentifier ?? '');
  return new SorProfiles(sor, { keys, systems: isGlobal ? undefined : systems });
}

/** Looking up profiles by these ids, or by so many for each object. */
export function profileCharge(type: CustomerIdType, keys: readonly string[] | number): Charge {
  // In a list an id with a comma would be two.
  const [key] = typeof keys === 'number' ? [] : keys;
  if (key?.includes(',')) return { api: 'SOR', once: `profile ${type} ${key}` };
  return { api: 'SOR', lookup: `profiles ${type}`, keys, list: listOf };
}

/** Customers whom a narrowed list lacks are looked up again, unless it is known to leave nobody out. */
function listOf(asked: Asked) {
  const { settings, shown } = asked.context.sor;
  const projection = projectionOf(asked.context, asked);
  return { room: roomForIds(projection, settings.maxPageSize), calls: leavesNobodyOut(shown, projection) ? 1 : 2 };
}

/** What `profileOrIdStub` costs for each object. */
export function stubCharges(asked: Asked, type: CustomerIdType, known: readonly string[] = []): Charge[] {
  return isLookedUp(asked, known) ? [profileCharge(type, 1)] : [];
}

/** Fields of a profile that its id alone answers. */
const ID_FIELDS: readonly string[] = ['__typename', 'id', 'customerId', 'customerIdType', 'gdprRequests'];

const isLookedUp = (info: SelectionInfo, known: readonly string[]) =>
  selects(info, 'CustomerProfile', (field) => !ID_FIELDS.includes(field) && !known.includes(field));

/** The profile of a customer who has one: looked up only if more is selected than ids and `applications`. */
export async function profileOrIdStub(
  customerId: string,
  type: CustomerIdType,
  context: Context,
  info: GraphQLResolveInfo,
  applications?: unknown,
): Promise<ProfileRow | null> {
  const isNeeded = isLookedUp(info, Array.isArray(applications) ? ['applications'] : []);
  if (isNeeded) return profilesOf(context, info).load(customerId, type);
  return { customer_id: customerId, customer_id_type: type, attributes: {}, applications };
}

/** The attributes of one system, as a profile carries them. */
export function blockOf(profile: ProfileRow, system: string): Record<string, unknown> | undefined {
  const blocks = (profile.attributes ?? {}) as Record<string, unknown>;
  const block = Object.hasOwn(blocks, system) ? blocks[system] : undefined;
  return typeof block === 'object' && !Array.isArray(block) ? ((block ?? undefined) as typeof blocks) : undefined;
}

/** Tells the rows that a query asks for from those of others; rows that name nobody stay. */
export function askedFor({ customerIds, customerIdType }: ProfileListQuery): (row: unknown) => boolean {
  const ids = customerIds && new Set(customerIds);
  return (row) =>
    !isProfile(row) ||
    ((ids?.has(row.customer_id) ?? true) && (customerIdType ?? row.customer_id_type) === row.customer_id_type);
}

/** What makes two profiles the same; undefined for a row that names nobody. */
export function profileIdOf(row: unknown): string | undefined {
  return isProfile(row) ? `${row.customer_id_type}:${row.customer_id}` : undefined;
}

/** The profiles; rows that name nobody are errors in their places. */
export function readable(rows: readonly unknown[], sor: Sor): (ProfileRow | Error)[] {
  return readableRows(rows, isProfile, () => sor.malformed('/api/customer_profiles'));
}

/** Under which a field that is an attribute of the global system has the attribute's key. */
export const GLOBAL_KEY = 'globalKey';

/**
 * What the operation needs of the type's attributes, all its paths and aliases united: each one filters the
 * common answer again. Keys are named only if every selection names its own, systems likewise, and only if no
 * selection is of the global system: nobody documents how that is named. What has a mistake is never resolved. Callers
 * without `pii:read` who select no attributes ask for a key that nobody has.
 */
export function profileProjection(info: OperationInfo, typeName: 'CustomerProfile' | 'CustomerProfileChange') {
  const keys = new Union();
  const systems = new Union();
  const { [typeName]: type } = info.schema.getTypeMap() as Record<typeof typeName, GraphQLObjectType>;
  for (const { node, field } of fieldsOfOperation(info, typeName)) {
    const globalKey = field?.extensions[GLOBAL_KEY];
    if (globalKey) {
      keys.add([globalKey]);
      systems.add([GLOBAL]);
    } else if (field && /^(?:attributes?|changes)$/.test(field.name)) {
      const args = rightArgumentsOf(field, node, info.variableValues);
      if (!args) continue;
      keys.add('key' in args ? [args['key']] : args['keys']);
      systems.add('system' in args ? [args['system']] : args['systems']);
    }
  }
  // Else all values would come, which whoever may not have personal data must not cause. Changes are listed by their keys.
  if (keys.isEmpty && typeName === 'CustomerProfile' && MISSING in (type.getFields()['email']?.extensions ?? {})) {
    keys.add([UNKNOWN_KEY]);
  }
  return {
    keys: keys.named(),
    systems: systems.named()?.includes(GLOBAL) ? undefined : systems.named(),
  } satisfies ProfileProjection;
}

/** The most characters of a list of names in a URL. */
const MAX_CHARACTERS = 2_000;

/** Names that are asked for together, until somebody asks for all. */
class Union {
  readonly #names = new Set<string>();
  #isAll = false;

  get isEmpty(): boolean {
    return !this.#isAll && this.#names.size === 0;
  }

  add(names: unknown): void {
    if (!Array.isArray(names)) this.#isAll = true;
    else for (const name of names) this.#names.add(String(name));
  }

  /** Sorted; undefined is all of them: the only way to ask for none, for one with a comma, or for very many. */
  named(): readonly string[] | undefined {
    const names = [...this.#names].sort();
    const isSayable =
      names.length > 0 &&
      names.every((name) => name !== '' && !name.includes(',')) &&
      encodeURIComponent(names.join(',').toWellFormed()).length <= MAX_CHARACTERS;
    return this.#isAll || !isSayable ? undefined : names;
  }
}
