/**
 * Imports of CSV files: starting them, and what the API says of them for a week (vendor's page: System of Record API,
 * version 2). All throw `UpstreamError`.
 */
import { parseJson } from '../../http/json/lossless-json.ts';
import { isoDateTime } from '../time.ts';
import { checkCsv } from './csv-check.ts';
import type { FedSystem } from './feed.ts';
import type { Sor } from './sor.ts';

const IMPORT = '/api/attribute_values/batch_import';
const JOBS = '/api/attribute_values/import_jobs';
const ERRORS = '/api/attribute_values/import_errors';

/** An import as the API lists it. */
export interface ImportRow {
  import_id: string;
  started: unknown;
}

/** What an import is answered with when it starts. */
export interface StartedImport {
  import_id: string;
  /** FollowAnalytics' own, for its support. */
  jid: string | null;
}

/** A line that could not be imported, in the API's spelling. */
export interface ImportErrorRow {
  customer_id: unknown;
  key: unknown;
  sor: unknown;
  date: unknown;
  source: unknown;
  message: unknown;
  raw: unknown;
}

/** The imports of the last week, newest first. The API answers with an object, by id. */
export async function listImports(sor: Sor): Promise<ImportRow[]> {
  const result = await sor.read(JOBS);
  if (typeof result !== 'object' || result === null) throw sor.malformed(JOBS);
  const jobs = Object.entries(result).map(([import_id, started]) => ({ import_id, started }));
  const time = ({ started }: ImportRow) => isoDateTime(started) ?? '';
  // Of equal times the later one of the answer first.
  return jobs.reverse().sort((a, b) => (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0));
}

/** One import; null when there is none, or none any more. */
export async function findImport(sor: Sor, importId: string): Promise<ImportRow | null> {
  return (await listImports(sor)).find(({ import_id }) => import_id === importId) ?? null;
}

/** What went wrong in an import, in the API's order; of one customer, where that is given. */
export async function readImportErrors(
  sor: Sor,
  importId: string,
  customerId: string | undefined,
): Promise<ImportErrorRow[]> {
  const result = await sor.read(ERRORS, {}, { job_id: importId, customer_id: customerId });
  const errors = (result as { attribute_errors?: unknown } | null | undefined)?.attribute_errors;
  if (!Array.isArray(errors)) throw sor.malformed(ERRORS);
  return errors.filter((row) => typeof row === 'object' && row !== null);
}

/** The request that an error is about, without its secret; null when it is not JSON. */
export function rawWithoutKey(raw: unknown): unknown {
  if (typeof raw !== 'string') return null;
  try {
    return withoutKeys(parseJson(raw, { exactNumbers: true }));
  } catch {
    return null;
  }
}

function withoutKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutKeys);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !/^api_?keys?$/i.test(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutKeys(member)]));
}

/** Has the API fetch a file itself, with these headers. */
export async function importFromUrl(
  sor: Sor,
  { identifier, apiKey }: FedSystem,
  fileUrl: string,
  headers: Readonly<Record<string, string>>,
): Promise<StartedImport | undefined> {
  const body = {
    file_url: fileUrl,
    sor_id: identifier,
    api_key: apiKey,
    ...(Object.keys(headers).length > 0 && { request_headers: headers }),
  };
  return started(await sor.write('POST', IMPORT, {}, body));
}

/**
 * Passes a file on as it comes, checked on its way. Throws a `CsvMistake`: before any call when the beginning shows it,
 * else the call is cut, so that nothing is imported.
 */
export async function importFile(
  sor: Sor,
  { identifier, apiKey }: FedSystem,
  bytes: AsyncIterable<Uint8Array>,
): Promise<StartedImport | undefined> {
  const { isGzip, content } = await checkCsv(bytes);
  const file = {
    name: 'file',
    filename: isGzip ? 'values.csv.gz' : 'values.csv',
    contentType: isGzip ? 'application/gzip' : 'text/csv',
    content,
  };
  return started(await sor.upload(IMPORT, { fields: { sor_id: identifier, api_key: apiKey }, file }));
}

/** Undefined where the API answers without the import's id. */
function started(result: unknown): StartedImport | undefined {
  const { import_id, jid } = (result ?? {}) as Record<string, unknown>;
  if (typeof import_id !== 'string' && typeof import_id !== 'number') return undefined;
  return { import_id: String(import_id), jid: typeof jid === 'string' ? jid : null };
}
