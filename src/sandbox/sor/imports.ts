import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { isForm, receiveForm } from '../form.ts';
import type { ApiRequest } from '../server.ts';
import { CsvMistake, csvLines } from './csv.ts';
import { randomLetters, type System } from './definitions.ts';
import { bodyOf, invalid, parsed, Refusal, success, textIn } from './messages.ts';
import type { Sor, SorHandler } from './sor.ts';
import { spacedTime, zonelessTime } from './times.ts';
import { noteError, type RefusedValue, type ValueChange, writeValues } from './value-writing.ts';

/** So long are imports and their errors remembered. */
const WEEK = 7 * 86_400_000;

const HEADER = 'user_id,attribute_key,value';
const GZIP_START = 0x1f;

type Json = Record<string, unknown>;

/** A file of nothing but mistakes must not fill the disk. */
const MAX_ERRORS = 10_000;

/** So many lines are written before others have a turn. */
const LINES_AT_ONCE = 1_000;

/** Takes a CSV file, or the address of one, and processes it a moment later. */
export const importFile: SorHandler = async (sor, request) => {
  const { fields, file } = await parametersOf(sor, request);
  try {
    const system = sor.systems.get(textIn(fields, 'sor_id'));
    if (!system) throw invalid('sor_id');
    if (!system.apiKeys.includes(textIn(fields, 'api_key'))) throw invalid('api_key');
    if (system.disabled) throw new Refusal(400, 'System of record is disabled');
    if ((file === undefined) === (fields['file_url'] === undefined)) throw invalid('file_url');
    const open = file === undefined ? remoteFile(fields) : () => readFile(file);
    const importId = beginImport(sor, sor.now());
    sor.importing.add(sor.settings.importDelayMs, async (signal) => {
      await processImport(sor, system, importId, open, signal);
      if (file !== undefined) await rm(file, { force: true });
    });
    return success({ jid: randomBytes(12).toString('hex'), import_id: importId });
  } catch (error) {
    if (file !== undefined) await rm(file, { force: true });
    throw error;
  }
};

/** `{"import_id_1": "2019-01-02 11:12:13"}`: an object, although the vendor's page calls it a list. */
export const importJobs: SorHandler = (sor) => {
  const recent = [...sor.imports].filter(([, started]) => started > sor.now() - WEEK);
  return success(Object.fromEntries(recent.map(([id, started]) => [id, spacedTime(started)])));
};

export const importErrors: SorHandler = (sor, { query }) => {
  const jobId = query.get('job_id');
  const customerId = query.get('customer_id');
  if (!jobId) throw invalid('job_id');
  const attribute_errors = [...sor.errors.values()]
    .filter(({ job_id, date }) => job_id === jobId && date > sor.now() - WEEK)
    .filter(({ customer_id }) => !customerId || customer_id === customerId)
    .map((error) => ({ ...error, date: zonelessTime(error.date) }));
  return success({ attribute_errors });
};

/** Notes a new import, and names it. */
export function beginImport({ imports }: Sor, started: number): string {
  const importId = `import_id_${imports.size + 1}`;
  imports.set(importId, started);
  return importId;
}

/**
 * The parameters may stand in the query, in a JSON body or in the fields of a form. That has the file too: `file` is
 * where it lies.
 */
async function parametersOf(sor: Sor, request: ApiRequest): Promise<{ fields: Json; file?: string | undefined }> {
  const query: Json = Object.fromEntries(request.query);
  if (!request.headers['content-type']?.startsWith('multipart/form-data'))
    return { fields: { ...query, ...(await bodyOf(request)) } };
  if (!isForm(request)) throw new Refusal(400, 'The form has no boundary');
  const path = join(await sor.uploads(), randomLetters(24));
  let file: string | undefined;
  const fields = await receiveForm(request.stream, (name, bytes) => {
    if (name !== 'file' || file) return finished(bytes.resume());
    file = path;
    return pipeline(bytes, createWriteStream(path));
  });
  const { request_headers: headers } = fields;
  const request_headers = headers === undefined ? undefined : parsed(headers, invalid('request_headers'));
  return { fields: { ...query, ...fields, ...(headers && { request_headers }) }, file };
}

/** Fetches the file at an address, of this machine only. */
function remoteFile(fields: Json): (signal: AbortSignal) => Promise<Uint8Array> {
  const url = URL.parse(textIn(fields, 'file_url'));
  if (url?.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname))
    throw invalid('file_url');
  const headers = z.record(z.string(), z.string()).safeParse(fields['request_headers'] ?? {}).data;
  if (!headers) throw invalid('request_headers');
  return async (signal) => {
    const answer = await fetch(url, { headers, signal, redirect: 'error' }).catch(() => undefined);
    const bytes = answer?.ok && (await answer.bytes().catch(() => undefined));
    if (!bytes) throw new CsvMistake(`The file could not be fetched: ${answer?.status ?? 'no answer'}`);
    return bytes;
  };
}

/**
 * Writes the values of a file, plain or gzipped; what cannot be taken becomes an error of the import. Keys that the
 * system lacks are silently ignored, as the vendor's page on imports says.
 */
async function processImport(
  sor: Sor,
  system: System,
  importId: string,
  open: (signal: AbortSignal) => Promise<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  let errors = 0;
  const refuse = (line: RefusedValue, message: string) => {
    errors += 1;
    if (errors <= MAX_ERRORS) noteError(sor, system, importId, line, message);
  };
  try {
    const bytes = await open(signal);
    // A control character, with which no text begins.
    const plain = bytes[0] === GZIP_START ? await promisify(gunzip)(bytes) : bytes;
    const [header, ...lines] = csvLines(new TextDecoder('utf-8', { fatal: true }).decode(plain));
    if (!header) throw new CsvMistake('The file is empty');
    if (header.join() !== HEADER) throw new CsvMistake(`The header is not ${HEADER}`);
    for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
      const changes = lines.slice(at, at + LINES_AT_ONCE).flatMap((line) => changeOf(line, refuse) ?? []);
      writeValues(sor, system, changes, refuse);
      await nextTurn(undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Error)) throw error;
    refuse({ customerId: null, key: null, raw: {} }, messageOf(error));
  }
}

function changeOf(line: string[], refuse: (line: RefusedValue, message: string) => void) {
  const [customerId = '', key = '', value = ''] = line;
  const raw = { customer_id: customerId, attribute_key: key, attribute_value: value };
  const change: ValueChange = { customerId, type: 'user_id', key, raw, change: value };
  if (line.length !== 3) refuse(change, `The line has ${line.length} values`);
  else if (customerId === '') refuse(change, 'customerId is empty');
  else if (key === '') refuse(change, 'attributeKey is empty');
  else return change;
  return undefined;
}

/** What the error of the whole file says; a mistake of the stand-in itself is thrown on. */
function messageOf(error: Error & { code?: string }): string {
  if (error instanceof CsvMistake) return error.message;
  if (error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'The file is not UTF-8';
  if (error.code?.startsWith('Z_')) return 'The gzip file is damaged';
  throw error;
}
