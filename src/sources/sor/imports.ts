/**
 * Imports of CSV files: starting them, and what the API says of them for a week (vendor's page: System of Record API,
 * version 2). All throw `UpstreamError`.
 */
import { maskedSentence } from '../../http/client/masked-sentence.ts';
import { SECRET_NAME, withoutSecrets } from '../../http/client/secrets-in-text.ts';
import { LongNumber, parseJson } from '../../http/json/lossless-json.ts';
import { isoDateTime } from '../time.ts';
import { checkCsv } from './csv-check.ts';
import type { CsvKeys } from './csv-keys.ts';
import type { FedSystem } from './feed.ts';
import { CUSTOMERS, DEFINITIONS, IMPORT_JOBS, IMPORTS } from './resources.ts';
import type { Sor } from './sor.ts';

const IMPORT = '/api/attribute_values/batch_import';
const JOBS = '/api/attribute_values/import_jobs';
const ERRORS = '/api/attribute_values/import_errors';

/** An import creates attributes as well. Its errors come in while it runs. */
const CHANGES = { atOnce: [IMPORTS], later: [IMPORTS, CUSTOMERS, DEFINITIONS] };

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

/** A line that could not be imported; null is what the API leaves out. */
export interface ImportErrorRow {
  customerId: string | null;
  key: string | null;
  /** The identifier of the system that it was for. */
  system: string | null;
  date: unknown;
  source: string | null;
  message: string | null;
  raw: unknown;
}

/** The imports of the last week, newest first. Throws for an answer that is neither an object nor a list. */
export async function listImports(sor: Sor): Promise<ImportRow[]> {
  const result = await sor.read({ about: IMPORT_JOBS, route: JOBS });
  if (typeof result !== 'object' || result === null) throw sor.malformed(JOBS);
  const jobs = Array.isArray(result) ? result.flatMap(listedJob) : jobsById(result);
  const time = ({ started }: ImportRow) => isoDateTime(started) ?? '';
  // Among equal times, the one that comes later in the answer goes first.
  return jobs.reverse().sort((a, b) => (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0));
}

/** As the vendor's page shows the list: when each import started, by its id. */
function jobsById(jobs: object): ImportRow[] {
  return Object.entries(jobs).map(([import_id, started]) => ({ import_id, started }));
}

/**
 * An entry of a list, which the vendor's page does not show: an object that names its id, or an object by id. None
 * where it is neither, since other members must not pass for ids.
 */
function listedJob(entry: unknown): ImportRow[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { import_id, id, job_id, started, date } = entry as Record<string, unknown>;
  const ownId = import_id ?? id ?? job_id;
  if (typeof ownId === 'string' || typeof ownId === 'number') {
    const firstTime = Object.values(entry).find((value) => isoDateTime(value) !== null);
    return [{ import_id: String(ownId), started: started ?? date ?? firstTime }];
  }
  const byId = jobsById(entry);
  return byId.every(({ started }) => isoDateTime(started) !== null) ? byId : [];
}

/** One import; null when it does not exist or has expired. */
export async function findImport(sor: Sor, importId: string): Promise<ImportRow | null> {
  return (await listImports(sor)).find(({ import_id }) => import_id === importId) ?? null;
}

/** What went wrong in an import, in the API's order; only for one customer if one is given. */
export async function readImportErrors(
  sor: Sor,
  importId: string,
  customerId: string | undefined,
): Promise<ImportErrorRow[]> {
  const result = await sor.read({
    about: IMPORT_JOBS,
    route: ERRORS,
    query: { job_id: importId, customer_id: customerId },
  });
  const errors = (result as { attribute_errors?: unknown } | undefined)?.attribute_errors;
  if (!Array.isArray(errors)) throw sor.malformed(ERRORS);
  // An API that ignores its parameters answers with everybody's, of all imports.
  const isAsked = ({ job_id = importId, customer_id }: Record<string, unknown>) =>
    String(job_id) === importId && (customerId === undefined || String(customer_id) === customerId);
  return errors
    .filter((row) => typeof row === 'object' && row !== null && isAsked(row))
    .map(({ customer_id, key, sor, date, source, message, raw }) => ({
      ...{ customerId: text(customer_id), key: text(key), system: text(sor) },
      ...{ date, source: text(source), message: text(message), raw },
    }));
}

const text = (value: unknown) => (value === null || value === undefined ? null : String(value));

/** What is wrong with a line, with what is secret masked as in a sentence about that line to whoever sent it. */
export function maskedMessage({ message, customerId, key, system, raw }: ImportErrorRow): string | null {
  if (message === null) return null;
  const body = { customerId, key, system, raw: parsedRaw(raw) };
  return maskedSentence(message, { route: '', path: '', headers: {}, body });
}

/** The request that an error is about, without secrets; null when it is not JSON. */
export function rawWithoutSecrets(raw: unknown): unknown {
  return redacted(parsedRaw(raw));
}

function parsedRaw(raw: unknown): unknown {
  if (typeof raw !== 'string') return null;
  try {
    return parseJson(raw, { exactNumbers: true });
  } catch {
    return null;
  }
}

/** Members that hold secrets are left out; in texts, which may be JSON again, they are masked. */
function redacted(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null || value instanceof LongNumber) return value;
  const kept = Object.entries(value).filter(([name]) => !SECRET_NAME.test(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, redacted(member)]));
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
  return started(await sor.write('POST', IMPORT, {}, body, CHANGES));
}

/**
 * Passes a file on as it comes, checked on its way, its keys too if `keys` knows which there are. Throws a `CsvMistake`: before any call when the beginning shows it,
 * else the call is cut, so that nothing is imported.
 */
export async function importFile(
  sor: Sor,
  { identifier, apiKey }: FedSystem,
  bytes: AsyncIterable<Uint8Array>,
  keys: CsvKeys | undefined,
): Promise<StartedImport | undefined> {
  const { isGzip, content } = await checkCsv(bytes, keys);
  const file = {
    name: 'file',
    filename: isGzip ? 'values.csv.gz' : 'values.csv',
    contentType: isGzip ? 'application/gzip' : 'text/csv',
    content,
  };
  return started(await sor.upload(IMPORT, { fields: { sor_id: identifier, api_key: apiKey }, file }, CHANGES));
}

/** Undefined where the API answers without the import's id. */
function started(result: unknown): StartedImport | undefined {
  const { import_id, jid } = (result ?? {}) as Record<string, unknown>;
  if (typeof import_id !== 'string' && typeof import_id !== 'number') return undefined;
  return { import_id: String(import_id), jid: typeof jid === 'string' ? jid : null };
}
