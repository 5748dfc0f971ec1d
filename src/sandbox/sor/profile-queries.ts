import { mixed } from '../people.ts';
import type { ApiRequest } from '../server.ts';
import { attributesOf } from './definitions.ts';
import { invalid } from './messages.ts';
import type { Projection } from './profile-json.ts';
import type { Profile, ProfileFilter } from './profiles.ts';
import type { Sor } from './sor.ts';
import { parseTime } from './times.ts';
import type { CustomerIdType } from './values.ts';

type Query = ApiRequest['query'];

const ID_TYPES: CustomerIdType[] = ['user_id', 'device_id'];

/** `customer_id_type`, checked; `undefined` if it is not given. */
export function idTypeIn(query: Query, name = 'customer_id_type'): CustomerIdType | undefined {
  const text = query.get(name);
  const type = ID_TYPES.find((known) => known === text);
  if (text && !type) throw invalid(name);
  return type;
}

/** Which profiles are asked for. */
export function filterIn(query: Query): ProfileFilter {
  const since = query.get('updated_since');
  const at = since ? parseTime(since) : undefined;
  if (since && at === undefined) throw invalid('updated_since');
  return { type: idTypeIn(query), since: at };
}

/** What of them is asked for. Unknown systems and keys are just not there. */
export function projectionIn(sor: Sor, query: Query, since?: number): Projection {
  const identifiers = listIn(query, 'sor_identifiers');
  const keys = listIn(query, 'attribute_keys');
  const systems = [...sor.systems.values()]
    .filter(({ identifier, type }) => {
      if (!identifiers) return true;
      return identifiers.has(identifier) || (type === 'global' && identifiers.has('global'));
    })
    .map((system) => {
      const attributes = attributesOf(sor, system);
      return { system, attributes: keys ? attributes.filter(({ key }) => keys.has(key)) : attributes };
    })
    .filter(({ attributes }) => !keys || attributes.length > 0);
  return { systems, byKey: keys !== undefined, since, pureRemovals: sor.settings.pureRemovals };
}

/** `page` and `num_per_page`, checked; the size is cut to what the stand-in gives at most. */
export function pageIn(query: Query, maxPageSize: number): { page: number; size: number } {
  const page = wholeNumberIn(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const size = wholeNumberIn(query, 'num_per_page', 2000, 10_000);
  return { page, size: Math.min(size, maxPageSize) };
}

/**
 * The profiles from the `offset`-th on, and how many there are in all. Those named by `customer_ids` come in another
 * order than they were named; an unknown id is left out.
 */
export function profilesIn(
  sor: Sor,
  query: Query,
  offset = 0,
): { total: number; profiles: Iterable<Profile> } {
  const filter = filterIn(query);
  const ids = listIn(query, 'customer_ids');
  if (!ids) return sor.profiles.list(filter, offset);
  const { since = Number.NEGATIVE_INFINITY } = filter;
  const found = [...ids]
    .flatMap((id) => profilesOf(sor, id, filter.type))
    .filter(({ updated }) => updated >= since);
  const shuffled = found.toSorted((a, b) => shuffleKey(a.customerId) - shuffleKey(b.customerId));
  if (shuffled.every((profile, index) => profile === found[index])) shuffled.reverse();
  return { total: shuffled.length, profiles: shuffled.slice(offset) };
}

/** Those of one id: without a type it can name a user and a device. */
export function profilesOf(sor: Sor, customerId: string, type: CustomerIdType | undefined): Profile[] {
  return (type ? [type] : ID_TYPES).flatMap((idType) => sor.profiles.find(customerId, idType) ?? []);
}

function listIn(query: Query, name: string): Set<string> | undefined {
  const list = query.get(name)?.split(',').filter(Boolean);
  return list?.length ? new Set(list) : undefined;
}

function wholeNumberIn(query: Query, name: string, otherwise: number, largest: number): number {
  const text = query.get(name) || String(otherwise);
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > largest) throw invalid(name);
  return number;
}

function shuffleKey(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = mixed(hash ^ text.charCodeAt(index));
  return hash;
}
