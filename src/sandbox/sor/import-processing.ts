import { pipeline, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { CsvMistake, CsvReader } from './csv.ts';
import type { System } from './definitions.ts';
import type { Sor } from './sor.ts';
import { noteError, type RefusedValue, type ValueChange, writeValues } from './value-writing.ts';

/** Opens the bytes of a CSV file. */
export type CsvSource = (signal: AbortSignal) => Promise<Readable>;

/** The file that an address names did not come. */
export class FetchMistake extends Error {
  override readonly name = 'FetchMistake';
}

const HEADER = 'user_id,attribute_key,value';

const GZIP_START = 0x1f;

/** A file of nothing but mistakes must not fill the disk. */
const MAX_ERRORS = 10_000;

/**
 * Reads the file as it comes, plain or gzipped, and writes its values; what cannot be taken becomes an error of the
 * import. Keys that the system lacks are silently ignored, as the vendor's page on imports says.
 */
export async function processImport(
  sor: Sor,
  system: System,
  importId: string,
  source: CsvSource,
  signal: AbortSignal,
): Promise<void> {
  let errors = 0;
  const refuse = (line: RefusedValue, message: string) => {
    errors += 1;
    if (errors <= MAX_ERRORS) noteError(sor, system, importId, line, message);
  };
  try {
    let header: string[] | undefined;
    for await (const lines of csvLines(await source(signal))) {
      const values = header ? lines : lines.slice(1);
      header ??= lines[0];
      if (header?.join() !== HEADER) throw new CsvMistake(`The header is not ${HEADER}`);
      writeValues(
        sor,
        system,
        values.flatMap((line) => changeOf(line, refuse) ?? []),
        refuse,
      );
      await nextTurn(undefined, { signal });
    }
    if (!header) throw new CsvMistake('The file is empty');
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Error)) throw error;
    refuse({ customerId: null, key: null, raw: {} }, messageOf(error));
  }
}

function changeOf(
  line: string[],
  refuse: (line: RefusedValue, message: string) => void,
): ValueChange | undefined {
  const [customerId = '', key = '', value = ''] = line;
  const raw = { customer_id: customerId, attribute_key: key, attribute_value: value };
  const change: ValueChange = { customerId, type: 'user_id', key, raw, change: value };
  if (line.length !== 3) refuse(change, `The line has ${line.length} values`);
  else if (customerId === '') refuse(change, 'customerId is empty');
  else if (key === '') refuse(change, 'attributeKey is empty');
  else return change;
  return undefined;
}

/** Never empty lists of lines. */
async function* csvLines(bytes: Readable): AsyncGenerator<string[][]> {
  const reader = new CsvReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of unzipped(bytes)) {
    const lines = reader.push(decoder.decode(chunk, { stream: true }));
    if (lines.length > 0) yield lines;
  }
  const rest = [...reader.push(decoder.decode()), ...reader.end()];
  if (rest.length > 0) yield rest;
}

/** Bytes that begin as gzip does are unzipped, any others come as they are. */
async function* unzipped(bytes: Readable): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = bytes[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const whole = (async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
  // A control character, with which no text begins.
  if (first.value[0] !== GZIP_START) return yield* whole;
  const gunzip = createGunzip();
  // Its failure also shows where the unzipped bytes are read.
  pipeline(Readable.from(whole), gunzip, () => {});
  return yield* gunzip;
}

/** What the error of the whole file says; a mistake of the stand-in itself is thrown on. */
function messageOf(error: Error & { code?: string }): string {
  if (error instanceof CsvMistake || error instanceof FetchMistake) return error.message;
  if (error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'The file is not UTF-8';
  if (error.code?.startsWith('Z_')) return 'The gzip file is damaged';
  throw error;
}
