import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { success, unknown } from './answers.ts';
import { profileJson } from './profile-json.ts';
import { filterIn, namedProfiles, projectionIn } from './profile-queries.ts';
import type { SorHandler } from './routes.ts';
import type { Sor } from './sor.ts';
import { isoTime } from './times.ts';

const ROWS_AT_ONCE = 500;

/**
 * All profiles of the filter as one CSV file; how the real export answers is described nowhere. Set to `url`, it
 * answers like the vendor's GDPR export: with an address to ask until it names the file.
 */
export const exportProfiles: SorHandler = (sor, { query, headers }) => {
  const address = `http://${headers.host}/api/customer_profiles/export`;
  const id = query.get('request_id');
  if (id) {
    const known = sor.exports.get(id);
    if (!known) throw unknown('Export');
    if (query.has('download')) return csv(sor, known.query);
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
  const filter = filterIn(query);
  const projection = projectionIn(sor, query, filter.since);
  const changes = filter.since !== undefined;
  yield `customer_id,customer_id_type,sor_identifier,attribute_key,value${changes ? ',removed' : ''}\n`;
  const named = namedProfiles(sor, query, filter);
  for (let offset = 0; ; offset += ROWS_AT_ONCE) {
    const rows =
      named?.slice(offset, offset + ROWS_AT_ONCE) ?? sor.profiles.slice(filter, offset, ROWS_AT_ONCE);
    if (rows.length === 0) return;
    yield rows
      .flatMap((profile) => {
        // Through JSON, as any other caller would read it; numbers stay the text they are.
        const { attributes } = profileJson(sor, profile, projection);
        return Object.entries(attributes).flatMap(([system, values]) =>
          Object.entries(values).map(([key, value]) => {
            const cells = changes ? changeCells(value) : [cell(JSON.stringify(value))];
            return `${[quoted(profile.customerId), profile.type, quoted(system), quoted(key), ...cells].join()}\n`;
          }),
        );
      })
      .join('');
  }
}

function changeCells(change: unknown): string[] {
  // A projection with `since` shows every value so.
  const { value, removed } = change as { value: unknown; removed: boolean };
  return [cell(JSON.stringify(value)), String(removed)];
}

/** A value as a CSV import would take it. */
function cell(json: string): string {
  if (json === 'null') return '';
  if (json.startsWith('[')) return quoted((JSON.parse(json) as string[]).join(';'));
  return json.startsWith('"') ? quoted(JSON.parse(json)) : json;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
