import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { invalid, success, unknown } from './messages.ts';
import { profileJson } from './profile-json.ts';
import { filterIn, idTypeIn, pageIn, profilesIn, profilesOf, projectionIn } from './profile-queries.ts';
import type { Sor, SorHandler } from './sor.ts';
import { isoTime } from './times.ts';

/** A page of profiles, or with `updated_since` of what changed in them: then without totals, but with `next`. */
export const listProfiles: SorHandler = (sor, { query, headers }) => {
  const { page, size } = pageIn(query, sor.settings.maxPageSize);
  const { since } = filterIn(query);
  const projection = projectionIn(sor, query, since);
  const found = profilesIn(sor, query, (page - 1) * size);
  const profiles = Iterator.from(found.profiles)
    .take(size)
    .map((profile) => profileJson(sor, profile, projection))
    .toArray();
  if (since === undefined)
    return success({ total_pages: Math.ceil(found.total / size), total_profiles: found.total, profiles });
  // The link of the vendor's sample carries the page alone, neither the filters nor the date.
  const origin = sor.settings.nextOrigin ?? `http://${headers.host}`;
  const next = page * size < found.total ? `${origin}/api/customer_profiles?page=${page + 1}` : null;
  return success({ profiles, next });
};

/** One customer, as an array; without a type both the user and the device of that id. */
export const viewProfile: SorHandler = (sor, { query }, customerId) => {
  if (!customerId) throw invalid('customer_id');
  const found = profilesOf(sor, customerId, idTypeIn(query));
  if (found.length === 0 && sor.settings.unknownProfile === 'missing') throw unknown('Customer profile');
  const projection = projectionIn(sor, query);
  return success(found.map((profile) => profileJson(sor, profile, projection)));
};

/**
 * All profiles of the filter as one CSV file; no page of the vendor says how the real export answers. Set to `url`, it
 * answers like the vendor's GDPR export: with an address to ask until it names the file.
 */
export const exportProfiles: SorHandler = (sor, { query, headers }) => {
  const address = `http://${headers.host}/api/customer_profiles/export`;
  const id = query.get('request_id');
  if (id) {
    const known = sor.exports.get(id);
    if (!known) throw unknown('Export');
    if (query.has('download')) return csv(sor, known.query);
    // From the second time on it is there.
    known.polls += 1;
    return success({
      status: known.polls > 1 ? 'done' : 'received',
      requested_at: isoTime(known.requested),
      download_url: known.polls > 1 ? `${address}?request_id=${id}&download=true` : null,
    });
  }
  filterIn(query);
  if (sor.settings.exportAs === 'csv') return csv(sor, query);
  const newId = randomUUID();
  sor.exports.set(newId, { query, requested: sor.now(), polls: 0 });
  return success({ callback_url: `${address}?request_id=${newId}` });
};

function csv(sor: Sor, query: URLSearchParams) {
  return { status: 200, body: Readable.from(csvLines(sor, query)), headers: { 'content-type': 'text/csv' } };
}

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
        const { value, removed } = (since === undefined ? { value: shown } : shown) as Shown;
        const cells = [customer_id, customer_id_type, system, key].map(quoted);
        lines += `${[...cells, cell(value), ...(since === undefined ? [] : [removed])].join()}\n`;
      }
    }
    if (lines) yield lines;
  }
}

interface Shown {
  value: unknown;
  removed?: boolean;
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
