import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import type { ApiRequest } from '../server.ts';
import { type CsvSource, FetchMistake, processImport } from './import-processing.ts';
import { bodyOf, invalid, Refusal, success, textIn } from './messages.ts';
import { randomHex } from './random-names.ts';
import type { Sor, SorHandler } from './sor.ts';
import { spacedTime, zonelessTime } from './times.ts';

/** So long are imports and their errors remembered. */
const WEEK = 7 * 86_400_000;

/** Takes a CSV file, or the address of one, and processes it a moment later. */
export const importFile: SorHandler = async (sor, request) => {
  const { fields, file } = await parametersOf(sor, request);
  try {
    const system = sor.systems.get(textIn(fields, 'sor_id'));
    if (!system) throw invalid('sor_id');
    if (!system.apiKeys.includes(textIn(fields, 'api_key'))) throw invalid('api_key');
    if (system.disabled) throw new Refusal(400, 'System of record is disabled');
    if ((file === undefined) === (fields['file_url'] === undefined)) throw invalid('file_url');
    const source = file === undefined ? remoteFile(fields) : async () => createReadStream(file);
    const importId = beginImport(sor, sor.now());
    sor.importing.add(sor.settings.importDelayMs, async (signal) => {
      await processImport(sor, system, importId, source, signal);
      if (file !== undefined) await rm(file);
    });
    return success({ jid: randomHex(12), import_id: importId });
  } catch (error) {
    if (file !== undefined) await rm(file);
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

interface Parameters {
  fields: Record<string, unknown>;
  /** Where the uploaded file lies. */
  file: string | undefined;
}

/** The parameters may stand in the query, in a JSON body or in the fields of a form. */
async function parametersOf(sor: Sor, request: ApiRequest): Promise<Parameters> {
  const query = Object.fromEntries(request.query);
  if (request.headers['content-type']?.startsWith('multipart/form-data')) {
    const { fields, file } = await sor.uploads.receive(request.stream);
    const headers = fields['request_headers'];
    return { fields: { ...query, ...fields, ...(headers && { request_headers: parsed(headers) }) }, file };
  }
  return { fields: { ...query, ...(await bodyOf(request)) }, file: undefined };
}

/** The stand-in fetches from this machine only. */
function remoteFile(fields: Record<string, unknown>): CsvSource {
  const address = textIn(fields, 'file_url');
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' || !LOOPBACK.has(url.hostname)) throw invalid('file_url');
  const headers = TEXT_MAP.safeParse(fields['request_headers'] ?? {}).data;
  if (!headers) throw invalid('request_headers');
  return async (signal) => {
    const answer = await fetch(url, { headers, signal, redirect: 'error' }).catch(() => undefined);
    if (!answer?.ok || !answer.body)
      throw new FetchMistake(`The file could not be fetched: ${answer?.status ?? 'no answer'}`);
    // Two declarations of the same class, the browser's and Node's.
    return Readable.fromWeb(answer.body as ReadableStream);
  };
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const TEXT_MAP = z.record(z.string(), z.string());

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid('request_headers');
  }
}
