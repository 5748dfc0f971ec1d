import { Readable } from 'node:stream';
import { mixed } from '../people.ts';
import { attributesOf } from './definitions.ts';
import { invalid, success, unknown } from './messages.ts';
import { type Projection, profileJson } from './profile-json.ts';
import type { Profile, ProfileFilter } from './profiles.ts';
import type { Sor, SorHandler } from './sor.ts';
import { colonTime, parseTime } from './times.ts';
import { type CustomerIdType, isEmpty, shownValue, type Value, type ValueType } from './values.ts';

const ID_TYPES: CustomerIdType[] = ['user_id', 'device_id'];

/** A page of profiles, or with `updated_since` of what changed in them: then without totals, but with `next`. */
export const listProfiles: SorHandler = (sor, { query, headers }) => {
  const { page, size } = pageIn(query, sor.settings.maxPageSize);
  const { since } = filterIn(query);
  const projection = projectionIn(sor, query, since);
  const found = profilesIn(sor, query, (page - 1) * size);
  const rows = Iterator.from(found.profiles).take(size);
  const profiles = rows.map((profile) => profileJson(sor, profile, projection)).toArray();
  if (since === undefined)
    return success({ total_pages: Math.ceil(found.total / size), total_profiles: found.total, profiles });
  // The link of the vendor's sample carries the page alone, neither the filters nor the date.
  const next = page * size < found.total ? `http://${headers.host}/api/customer_profiles?page=${page + 1}` : null;
  return success({ profiles, next });
};

/** One customer, as an array, which is empty for nobody; without a type both the user and the device of that id. */
export const viewProfile: SorHandler = (sor, { query }, customerId) => {
  const found = profilesOf(sor, customerId, idTypeIn(query));
  const projection = projectionIn(sor, query);
  return success(found.map((profile) => profileJson(sor, profile, projection)));
};

/** All profiles of the filter as one CSV file; no page of the vendor says how the real export answers. */
export const exportProfiles: SorHandler = (sor, { query }) => {
  filterIn(query);
  return { status: 200, body: Readable.from(csvLines(sor, query)), headers: { 'content-type': 'text/csv' } };
};

/** One line a value; with `updated_since` one a change, and whether it was a removal. */
function* csvLines(sor: Sor, query: URLSearchParams): Generator<string> {
  const { since } = filterIn(query);
  const projection = projectionIn(sor, query, since);
  yield `customer_id,customer_id_type,sor_identifier,attribute_key,value${since === undefined ? '' : ',removed'}\n`;
  for (const profile of profilesIn(sor, query).profiles) {
    const { customer_id, customer_id_type, attributes } = profileJson(sor, profile, projection);
    let lines = '';
    for (const [system, values] of Object.entries(attributes)) {
      for (const [key, shown] of Object.entries(values)) {
        // A projection with `since` shows every value so.
        const change = shown as { value: unknown; removed: boolean };
        const cells = since === undefined ? [cell(shown)] : [cell(change.value), change.removed];
        lines += `${[...[customer_id, customer_id_type, system, key].map(quoted), ...cells].join()}\n`;
      }
    }
    if (lines) yield lines;
  }
}

/** A value as a CSV import would take it; through JSON, so that numbers stay the text they are. */
function cell(value: unknown): string {
  const json = JSON.stringify(value);
  if (json === 'null') return '';
  if (json.startsWith('[')) return quoted((JSON.parse(json) as string[]).join(';'));
  return json.startsWith('"') ? quoted(JSON.parse(json)) : json;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The values of one customer in one system. A device is answered with its last user, except by a custom system. */
export const readValues: SorHandler = (sor, { query }) => {
  const system = sor.systems.get(query.get('sor_id') ?? '');
  const customerId = query.get('customer_id');
  const type = idTypeIn(query, 'customer_type');
  const dated = query.get('with_validity_dates') ?? 'false';
  if (!system) throw invalid('sor_id');
  if (!customerId) throw invalid('customer_id');
  if (!type) throw invalid('customer_type');
  if (!['', 'true', 'false'].includes(dated)) throw invalid('with_validity_dates');

  const user = system.type !== 'custom' && type === 'device_id' ? sor.values.lastUserOf(customerId) : undefined;
  const profile = user ?? sor.profiles.find(customerId, type);
  if (!profile) throw unknown('Customer profile');
  const show = dated === 'false' ? shownValue : withDates;
  const shown = attributesOf(sor, system).flatMap((attribute) => {
    const value = sor.values.get(profile, attribute);
    return value ? [[attribute.key, show(attribute.valueType, value)] as const] : [];
  });
  const { customerId: customer_id, type: customer_id_type } = profile;
  const attribute_values = Object.fromEntries(shown);
  return success({ customer_id, customer_id_type, attribute_values });
};

/** A value whose date nobody recorded stays bare, like the sample's `"favorite_team": "France"`. */
function withDates(type: ValueType, value: Value): unknown {
  const json = shownValue(type, value);
  if (value.since === null && !isEmpty(value)) return json;
  const dated = { value: json, since: isEmpty(value) ? null : timeOrNull(value.since) };
  if (type !== 'Set') return dated;
  const elements: unknown[] = JSON.parse(value.json ?? '[]');
  const datedElements = elements.map((element, n) => ({
    value: element,
    since: timeOrNull(value.elements?.[n]),
  }));
  return { ...dated, elements: datedElements };
}

const timeOrNull = (at: number | null = null) => (at === null ? null : colonTime(at));

/** `customer_id_type`, checked; `undefined` if it is not given. */
function idTypeIn(query: URLSearchParams, name = 'customer_id_type'): CustomerIdType | undefined {
  const text = query.get(name);
  const type = ID_TYPES.find((known) => known === text);
  if (text && !type) throw invalid(name);
  return type;
}

/** Which profiles are asked for. */
function filterIn(query: URLSearchParams): ProfileFilter {
  const since = query.get('updated_since');
  const at = since ? parseTime(since) : undefined;
  if (since && at === undefined) throw invalid('updated_since');
  return { type: idTypeIn(query), since: at };
}

/** What of them is asked for. Unknown systems and keys are just not there. */
function projectionIn(sor: Sor, query: URLSearchParams, since?: number): Projection {
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
  return { systems, byKey: keys !== undefined, since };
}

/** `page` and `num_per_page`, checked; the size is cut to what the stand-in gives at most. */
function pageIn(query: URLSearchParams, maxPageSize: number): { page: number; size: number } {
  const page = wholeNumberIn(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const size = wholeNumberIn(query, 'num_per_page', 2000, 10_000);
  return { page, size: Math.min(size, maxPageSize) };
}

/**
 * The profiles from the `offset`-th on, and how many there are in all. Those named by `customer_ids` come in another
 * order than they were named; an unknown id is left out.
 */
function profilesIn(sor: Sor, query: URLSearchParams, offset = 0): { total: number; profiles: Iterable<Profile> } {
  const filter = filterIn(query);
  const ids = listIn(query, 'customer_ids');
  if (!ids) return sor.profiles.list(filter, offset);
  const { since = Number.NEGATIVE_INFINITY } = filter;
  const found = [...ids].flatMap((id) => profilesOf(sor, id, filter.type)).filter(({ updated }) => updated >= since);
  const shuffled = found.toSorted((a, b) => shuffleKey(a.customerId) - shuffleKey(b.customerId));
  if (shuffled.every((profile, index) => profile === found[index])) shuffled.reverse();
  return { total: shuffled.length, profiles: shuffled.slice(offset) };
}

/** Those of one id: without a type it can name a user and a device. */
function profilesOf(sor: Sor, customerId: string, type: CustomerIdType | undefined): Profile[] {
  return (type ? [type] : ID_TYPES).flatMap((idType) => sor.profiles.find(customerId, idType) ?? []);
}

function listIn(query: URLSearchParams, name: string): Set<string> | undefined {
  const list = query.get(name)?.split(',').filter(Boolean);
  return list?.length ? new Set(list) : undefined;
}

function wholeNumberIn(query: URLSearchParams, name: string, otherwise: number, largest: number): number {
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
