/** Imports of CSV files, which the API remembers for a week (vendor's page: System of Record API, version 2). */
import { sentenceMask, withoutAddresses } from '../../http/client/masked-sentence.ts';
import { template } from '../../http/client/path.ts';
import { MASK, SECRET_NAME } from '../../http/client/secrets-in-text.ts';
import { jsonIn, LongNumber, writeJson } from '../../http/json/lossless-json.ts';
import { listIn, textOf } from '../exact-values.ts';
import { isoDateTime } from '../time.ts';
import { checkCsv } from './csv-check.ts';
import type { CsvKeys } from './csv-keys.ts';
import type { FedSystem } from './feed.ts';
import { customersIn } from './profile-rows.ts';
import { CUSTOMERS, DEFINITIONS, IMPORT_JOBS, IMPORTS } from './resources.ts';
import type { Sor } from './sor.ts';

const IMPORT = template('/api/attribute_values/batch_import');
const JOBS = template('/api/attribute_values/import_jobs');
const ERRORS = template('/api/attribute_values/import_errors');

/** An import creates attributes as well. Its errors come in while it runs. */
const CHANGES = { atOnce: [IMPORTS], later: [IMPORTS, CUSTOMERS, DEFINITIONS] };

/** An import as the API lists it. */
export interface ImportRow {
  import_id: string;
  started: unknown;
}

/** A line that could not be imported; null is what the API leaves out. `system` is the identifier of its system. */
export type ImportErrorRow = Awaited<ReturnType<typeof readImportErrors>>[number];

/** The imports of the last week, newest first. Throws for an answer that is neither an object nor a list. */
export async function listImports(sor: Sor): Promise<ImportRow[]> {
  const result = await sor.read({ about: IMPORT_JOBS, route: JOBS });
  if (typeof result !== 'object' || result === null) throw sor.malformed(JOBS);
  const isMissingOrTime = (started: unknown) => typeof started !== 'object' || started === null;
  // As the vendor's page shows it: when each import started, by its id.
  const isDocumented = !Array.isArray(result) && Object.values(result).every(isMissingOrTime);
  const jobs = isDocumented
    ? Object.entries(result).map(([import_id, started]): ImportRow => ({ import_id, started }))
    : jobsIn(result);
  const time = ({ started }: ImportRow) => isoDateTime(started) ?? '';
  // Among equal times, the one that comes later in the answer goes first.
  const newestFirst = jobs.reverse().sort((a, b) => (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0));
  const ids = new Set<string>();
  return newestFirst.filter(({ import_id }) => ids.size < ids.add(import_id).size);
}

/** The names that an import's id may have in it. */
const ID_NAMES = ['import_id', 'importId', 'id', 'job_id', 'jobId'];

/** What is a detail of an import, and no import's id. */
const DETAIL = /^(?:(?:import_?|job_?)?[Ii]d|started|stat(?:e|us)|at)$|[Dd]ate|[Tt]ime|_at$|[a-z]At$/;

/**
 * All imports in a list of another form: one of ids, or of objects that name their ids; times or objects by id; and any of
 * these under a name, beside which others, such as how many there are, are no imports. `name` is what it stands under.
 */
function jobsIn(value: unknown, name?: string): ImportRow[] {
  if (Array.isArray(value)) {
    const ids = value.map(textOf).filter((id) => id !== null);
    const areIds = ids.length === value.length;
    return areIds ? ids.map((import_id) => ({ import_id, started: undefined })) : value.flatMap((each) => jobsIn(each));
  }
  if (typeof value !== 'object' || value === null) {
    const isTime = isoDateTime(value) !== null && name !== undefined && !DETAIL.test(name);
    return isTime ? [{ import_id: name, started: value }] : [];
  }
  const { started, date } = value as Record<string, unknown>;
  const members = Object.values(value);
  const times = members.filter((member) => isoDateTime(member) !== null);
  // What says more than times is no list of them, unless there are lists in it.
  const saysMore =
    times.length > 0 && times.length < members.length && !members.some((member) => Object(member) === member);
  const isDetailed = saysMore || Object.keys(value).some((key) => DETAIL.test(key));
  const own = ID_NAMES.map((key) => textOf((value as Record<string, unknown>)[key])).find(Boolean);
  const ownId = own ?? (isDetailed && name);
  if (!ownId) return Object.entries(value).flatMap(([key, member]) => jobsIn(member, key));
  return [{ import_id: ownId, started: started ?? date ?? times[0] }];
}

/** One import; null when it does not exist or has expired. */
export async function findImport(sor: Sor, importId: string): Promise<ImportRow | null> {
  return (await listImports(sor)).find(({ import_id }) => import_id === importId) ?? null;
}

/** What went wrong in an import, in the API's order; only for one customer if one is given. */
export async function readImportErrors(sor: Sor, importId: string, customerId: string | undefined) {
  const errors = await sor.read({
    about: IMPORT_JOBS,
    route: ERRORS,
    query: { job_id: importId, customer_id: customerId },
    mayBeMissing: true,
    shape: (result): Record<string, unknown>[] => {
      const { attribute_errors = result } = Object(result) as { attribute_errors?: unknown };
      const listed = listIn(attribute_errors);
      if (!listed) throw sor.malformed(ERRORS);
      return listed.map((row) => (typeof row === 'object' && row ? { ...row } : { message: row }));
    },
    subjectsOf: (errors) => customersIn([{ customer_id: customerId }, ...(errors ?? [])]),
  });
  // An API that ignores its parameters answers with everybody's, of all imports: then who is not named is somebody else.
  const ofImport = (errors ?? []).filter(({ job_id }) => textOf(job_id ?? importId) === importId);
  const isHers = ({ customer_id }: Record<string, unknown>, unnamed = customerId) =>
    customerId === undefined || (textOf(customer_id) ?? unnamed) === customerId;
  const whoeverIsUnnamed = ofImport.every((row) => isHers(row)) ? customerId : '';
  return ofImport
    .filter((row) => isHers(row, whoeverIsUnnamed))
    .map(({ customer_id, key, sor, date, source, message, raw }) => ({
      ...{ customerId: textOf(customer_id), key: textOf(key), system: textOf(sor) },
      ...{ date, source: textOf(source), message: textOf(message), raw },
    }));
}

/** How deep what is masked may be, and how long in characters. */
const DEEPEST = 100;
const LONGEST = 20_000;

/** What is wrong with a line, masked as a sentence about that line to whoever sent it. */
export function maskedMessage({ message, customerId, key, system, raw }: ImportErrorRow): string | null {
  if (message === null) return null;
  const body = { customerId, key, system, raw: parsed(raw) };
  return sentenceMask({ method: 'POST', route: '', path: '', headers: {}, body })(message);
}

/** The request that an error is about, without secrets and others' addresses; null unless JSON of 20,000 characters. */
export function maskedRaw({ raw, customerId, key, system }: ImportErrorRow): unknown {
  return masked(parsed(raw), new Set([customerId, key, system]));
}

function parsed(text: unknown): unknown {
  return typeof text === 'string' && text.length <= LONGEST ? (jsonIn(text, { exactNumbers: true }) ?? null) : null;
}

/** Names of members are masked as well. Those that hold secrets are left out, or masked in texts that are JSON again. */
function masked(value: unknown, given: ReadonlySet<unknown>, depth = 0, isText = false): unknown {
  if (typeof value === 'string') return maskedValue(value, given, depth);
  if (typeof value !== 'object' || value === null || value instanceof LongNumber) return value;
  // Of no use to anybody, and perhaps too deep to be gone through.
  if (depth > DEEPEST) return MASK;
  if (Array.isArray(value)) return value.map((member) => masked(member, given, depth + 1, isText));
  const members = Object.entries(value).flatMap(([name, member]) => {
    if (!SECRET_NAME.test(name)) return [[maskedValue(name, given, depth), masked(member, given, depth + 1, isText)]];
    return isText ? [[name, MASK]] : [];
  });
  return Object.fromEntries(members);
}

function maskedValue(text: string, given: ReadonlySet<unknown>, depth: number): string {
  if (given.has(text)) return text;
  const inner = /^\s*[[{"]/.test(text) ? parsed(text) : null;
  return inner === null ? withoutAddresses(text) : writeJson(masked(inner, given, depth + 1, true));
}

/** Has the API fetch a file itself, with these headers. */
export async function importFromUrl(
  sor: Sor,
  { identifier, apiKey }: FedSystem,
  fileUrl: string,
  headers: Readonly<Record<string, string>>,
) {
  const body = {
    file_url: fileUrl,
    sor_id: identifier,
    api_key: apiKey,
    ...(Object.keys(headers).length > 0 && { request_headers: headers }),
  };
  return started(await sor.write('POST', IMPORT, {}, CHANGES, body));
}

/** Passes a file on as it comes. Throws a `CsvMistake`: before any call, or the call is cut and nothing is imported. */
export async function importFile(
  sor: Sor,
  { identifier, apiKey }: FedSystem,
  bytes: AsyncIterable<Uint8Array>,
  keys: CsvKeys | undefined,
) {
  const { isGzip, content } = await checkCsv(bytes, keys);
  const file = {
    name: 'file',
    filename: isGzip ? 'values.csv.gz' : 'values.csv',
    contentType: isGzip ? 'application/gzip' : 'text/csv',
    content,
  };
  return started(await sor.upload(IMPORT, { fields: { sor_id: identifier, api_key: apiKey }, files: [file] }, CHANGES));
}

/** What an import is answered with when it starts; undefined where it has no id. `jid` is for the API's support. */
function started(result: unknown) {
  const { import_id, jid } = Object(result);
  const id = textOf(import_id);
  return id === null ? undefined : { import_id: id, jid: textOf(jid) };
}

export type StartedImport = NonNullable<ReturnType<typeof started>>;
