import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CsvKeys } from './csv-keys.ts';
import { CsvMistake } from './csv-mistake.ts';

/** The first line of every file (vendor's page: batch import of attribute values). */
export const CSV_HEADER = 'user_id,attribute_key,value';

/** The same line as other programs write it: after a byte order mark, or with names in quotes. */
const ANY_HEADER = /^\ufeff?(?:user_id|"user_id"),(?:attribute_key|"attribute_key"),(?:value|"value")$/;

/** The longest of them, with the end of its line. */
const MAX_HEADER_LENGTH = CSV_HEADER.length + 9;

/** Reading stops when this many bytes of a file, which may be packed, have not shown its header. */
const MAX_HELD_BYTES = 1_000_000;

/** So much of a file is read before any of it is given out: a short one is checked to its end. */
const MIN_HELD_BYTES = 65_536;

/** No text of values shrinks to less than this part of itself; of a file that is not long that does not matter. */
const MOST_TIMES = 100;
const LONG_BYTES = 10_000_000;

/** A file as it is passed on: the beginning has been checked, and the rest is checked as it is read. */
export interface CheckedCsv {
  isGzip: boolean;
  /** The file, with its header line as the API documents it. Throws a `CsvMistake` as soon as one is found. */
  content: AsyncIterable<Uint8Array>;
}

/**
 * Reads as much of a file as it takes to see whether it is CSV with the right header, plain or gzipped, and checks the
 * rest as it is read on: its encoding, and its keys if `keys` knows which there are. Throws a `CsvMistake`. Never holds
 * more than the beginning.
 *
 * A file whose first line is exactly the documented one is passed on byte for byte. A byte order mark and quotes around
 * the names are taken away: the API documents the line without them, and nothing says that it reads it otherwise. A
 * gzipped file is then passed on unpacked, since its beginning cannot be changed in place.
 */
export async function checkCsv(bytes: AsyncIterable<Uint8Array>, keys?: CsvKeys): Promise<CheckedCsv> {
  const chunks = bytes[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let held = 0;
  let text: CsvText | GzippedCsvText | undefined;
  let ended = false;
  while (!ended && !(text?.header && held >= MIN_HELD_BYTES)) {
    const { done, value } = await chunks.next();
    ended = done === true;
    if (value) pieces.push(value);
    held += value?.length ?? 0;
    if (text && value) await text.add(value);
    else if (!text && (held >= 2 || ended)) {
      const start = Buffer.concat(pieces);
      text = isGzip(start) ? new GzippedCsvText(keys) : new CsvText(keys);
      await text.add(start);
    }
    if (!text?.header && held > MAX_HELD_BYTES) throw wrongHeader();
  }
  if (ended) await text?.end();
  const gzipped = text instanceof GzippedCsvText;
  const header = text?.header ?? CSV_HEADER;
  if (header === CSV_HEADER) return { isGzip: gzipped, content: rest() };
  return { isGzip: false, content: withPlainHeader(gzipped ? unpacked(rest()) : rest(), Buffer.byteLength(header)) };

  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.concat(pieces.splice(0));
      if (ended) return;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
        await text?.add(next.value);
        yield next.value;
      }
      await text?.end();
    } finally {
      await chunks.return?.();
    }
  }
}

/** The text with its first bytes, which are the header as somebody wrote it, replaced by the documented one. */
async function* withPlainHeader(text: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const piece of text) {
    // Not before the text is being read: a reader who stops here ends it too.
    if (left === length) yield Buffer.from(CSV_HEADER);
    if (piece.length > left) yield piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
}

/** Throws what `bytes` throws. */
function unpacked(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Whoever reads the text gets the error; the callback is only there to take it.
  return pipeline(bytes, createGunzip(), () => {});
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

function tooTightlyPacked(): CsvMistake {
  return new CsvMistake(`Expected a gzip file that unpacks to at most ${MOST_TIMES} times its size.`);
}

function wrongHeader(): CsvMistake {
  return new CsvMistake(`Expected a CSV file whose first line is "${CSV_HEADER}".`);
}

/** Plain text, checked piece by piece. */
class CsvText {
  /** The header line as it is written, without its end; undefined while it is not there in full. */
  header: string | undefined;
  #start = '';
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #keys: CsvKeys | undefined;

  constructor(keys: CsvKeys | undefined) {
    this.#keys = keys;
  }

  add(piece: Uint8Array): void {
    const text = this.#decoded(piece);
    if (this.header === undefined) this.#findHeader(text);
    this.#keys?.add(text);
  }

  /** Throws when the file ends before its header or within a character. */
  end(): void {
    this.#decoded();
    if (this.header === undefined) this.#takeHeader(this.#start);
    this.#keys?.end();
  }

  #decoded(piece?: Uint8Array): string {
    try {
      return this.#decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw new CsvMistake('Expected UTF-8 text, plain or gzipped.');
    }
  }

  #findHeader(text: string): void {
    this.#start += text.slice(0, MAX_HEADER_LENGTH);
    const [line = '', next] = this.#start.split('\n', 2);
    if (next !== undefined) this.#takeHeader(line.replace(/\r$/, ''));
    else if (line.length >= MAX_HEADER_LENGTH) throw wrongHeader();
  }

  #takeHeader(line: string): void {
    if (!ANY_HEADER.test(line)) throw wrongHeader();
    this.header = line;
  }
}

/** Gzipped text, unzipped for the check alone. */
class GzippedCsvText {
  readonly #text: CsvText;
  readonly #gunzip = createGunzip();
  #packedBytes = 0;
  readonly #checked: Promise<void>;

  constructor(keys: CsvKeys | undefined) {
    this.#text = new CsvText(keys);
    this.#checked = this.#check();
    // Whoever adds the next piece, or the last one, hears of it.
    this.#checked.catch(() => {});
  }

  get header(): string | undefined {
    return this.#text.header;
  }

  async add(piece: Uint8Array): Promise<void> {
    this.#packedBytes += piece.length;
    const written = new Promise<void>((resolve) => this.#gunzip.write(piece, () => resolve()));
    await Promise.race([this.#checked, written]);
  }

  async end(): Promise<void> {
    this.#gunzip.end();
    await this.#checked;
  }

  async #check(): Promise<void> {
    let bytes = 0;
    try {
      for await (const piece of this.#gunzip) {
        bytes += piece.length;
        if (bytes > LONG_BYTES && bytes > MOST_TIMES * this.#packedBytes) throw tooTightlyPacked();
        this.#text.add(piece);
      }
    } catch (error) {
      if (error instanceof CsvMistake) throw error;
      throw new CsvMistake('Expected a gzip file that is complete and not damaged.');
    }
    this.#text.end();
  }
}
