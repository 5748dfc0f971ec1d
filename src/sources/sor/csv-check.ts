import { pipeline } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { type CsvKeys, CsvMistake } from './csv-keys.ts';

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

/**
 * Reads as much of a file as it takes to see whether it is CSV with the right header, plain or gzipped, and checks the
 * rest as it is read on: its encoding, and its keys if `keys` has them. Throws a `CsvMistake`.
 *
 * A file with exactly the documented header is passed on byte for byte. A byte order mark and quotes around the names
 * are taken away, as nothing says that the API reads them; a gzipped file is then passed on unpacked.
 */
export async function checkCsv(bytes: AsyncIterable<Uint8Array>, keys?: CsvKeys) {
  const check = new CsvCheck(keys);
  const checked = checkedPieces(bytes, check);
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  while (check.header === undefined || heldBytes < MIN_HELD_BYTES) {
    const { done, value } = await checked.next();
    if (done) break;
    held.push(value);
    heldBytes += value.length;
    if (check.header === undefined && heldBytes > MAX_HELD_BYTES) throw wrongHeader();
  }
  const { header = CSV_HEADER, isGzip } = check;
  const content = whole();
  if (header === CSV_HEADER) return { isGzip, content };
  // Whoever reads the text gets the error; the callback is only there to take it.
  const text = isGzip ? pipeline(content, createGunzip(), () => {}) : content;
  return { isGzip: false, content: withPlainHeader(text, Buffer.byteLength(header)) };

  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.concat(held.splice(0));
      yield* checked;
    } finally {
      await checked.return(undefined);
    }
  }
}

/** The pieces of a file as they are, each after it was added to the check. */
async function* checkedPieces(bytes: AsyncIterable<Uint8Array>, check: CsvCheck): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    await check.add(piece);
    yield piece;
  }
  await check.end();
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

function wrongHeader(): CsvMistake {
  return new CsvMistake(`Expected a CSV file whose first line is "${CSV_HEADER}".`);
}

/** The check of a file's text, piece by piece; a gzip file is unzipped for it alone. */
class CsvCheck {
  /** The header line as it is written, without its end; undefined while it is not there in full. */
  header: string | undefined;
  #start = '';
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #keys: CsvKeys | undefined;
  #bytes = 0;
  #gunzip: Gunzip | undefined;
  #unzipped: Promise<void> | undefined;

  constructor(keys: CsvKeys | undefined) {
    this.#keys = keys;
  }

  get isGzip(): boolean {
    return this.#gunzip !== undefined;
  }

  async add(piece: Uint8Array): Promise<void> {
    // No text with the header begins with this byte.
    if (this.#bytes === 0 && piece[0] === 0x1f) {
      this.#gunzip = createGunzip();
      this.#unzipped = this.#addUnzipped(this.#gunzip);
      // Whoever adds the next piece, or the last one, hears of it.
      this.#unzipped.catch(() => {});
    }
    this.#bytes += piece.length;
    const gunzip = this.#gunzip;
    if (!gunzip) return this.#addText(piece);
    const written = new Promise<void>((resolve) => gunzip.write(piece, () => resolve()));
    await Promise.race([this.#unzipped, written]);
  }

  /** Throws also when the file ends before its header, within a character or within its packing. */
  async end(): Promise<void> {
    this.#gunzip?.end();
    await this.#unzipped;
    this.#addText();
    this.#keys?.end();
  }

  async #addUnzipped(gunzip: Gunzip): Promise<void> {
    let bytes = 0;
    try {
      for await (const piece of gunzip) {
        bytes += piece.length;
        if (bytes > LONG_BYTES && bytes > MOST_TIMES * this.#bytes) {
          throw new CsvMistake(`Expected a gzip file that unpacks to at most ${MOST_TIMES} times its size.`);
        }
        this.#addText(piece);
      }
    } catch (error) {
      if (error instanceof CsvMistake) throw error;
      throw new CsvMistake('Expected a gzip file that is complete and not damaged.');
    }
  }

  /** Without a piece the text has ended. */
  #addText(piece?: Uint8Array): void {
    let text: string;
    try {
      text = this.#decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw new CsvMistake('Expected UTF-8 text, plain or gzipped.');
    }
    if (this.header === undefined) this.#findHeader(text, piece === undefined);
    this.#keys?.add(text);
  }

  #findHeader(text: string, isEnd: boolean): void {
    this.#start += text.slice(0, MAX_HEADER_LENGTH);
    const [line = '', next] = this.#start.split('\n', 2);
    if (next === undefined && !isEnd && line.length < MAX_HEADER_LENGTH) return;
    const header = next === undefined ? line : line.replace(/\r$/, '');
    if (!ANY_HEADER.test(header)) throw wrongHeader();
    this.header = header;
  }
}
