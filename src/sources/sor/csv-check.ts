import { isUtf8 } from 'node:buffer';
import { createGunzip } from 'node:zlib';

/** Why a file cannot be imported; the message is one sentence for whoever sent it. */
export class CsvMistake extends Error {
  override readonly name = 'CsvMistake';
}

/** The first line of every file (seed). */
export const CSV_HEADER = 'user_id,attribute_key,value';

/** A file that says nothing for so long has no such header. */
const MAX_HELD_BYTES = 1_000_000;

/** A file as it is passed on: what of it has come, checked so far. */
export interface CheckedCsv {
  isGzip: boolean;
  /** The file's own bytes. Throws a `CsvMistake` as soon as one is found. */
  content: AsyncIterable<Uint8Array>;
}

/**
 * Reads as much of a file as it takes to see whether it is CSV with the right header, plain or gzipped, and checks the
 * rest as it is read on. Throws a `CsvMistake`. Never holds more than the beginning.
 */
export async function checkCsv(bytes: AsyncIterable<Uint8Array>): Promise<CheckedCsv> {
  const chunks = bytes[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  let text: CsvText | GzippedCsvText | undefined;
  let ended = false;
  while (!ended && !text?.hasHeader) {
    const { done, value } = await chunks.next();
    ended = done === true;
    if (value) held = Buffer.concat([held, value]);
    if (held.length > MAX_HELD_BYTES) throw wrongHeader();
    if (text && value) await text.add(value);
    else if (held.length >= 2 || ended) {
      text = isGzip(held) ? new GzippedCsvText() : new CsvText();
      await text.add(held);
    }
  }
  if (ended) await text?.end();
  return { isGzip: text instanceof GzippedCsvText, content: rest() };

  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield held;
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

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

function wrongHeader(): CsvMistake {
  return new CsvMistake(
    `Expected a CSV file whose first line is "${CSV_HEADER}", without a byte order mark.`,
  );
}

/** Plain text, checked piece by piece. */
class CsvText {
  hasHeader = false;
  #start = Buffer.alloc(0);
  /** The beginning of a character whose end is still to come. */
  #cut = Buffer.alloc(0);

  add(piece: Uint8Array): void {
    this.#checkEncoding(piece);
    if (!this.hasHeader) this.#checkHeader(piece);
  }

  /** Throws when the file ends before its header or within a character. */
  end(): void {
    if (!this.hasHeader && this.#start.toString() !== CSV_HEADER) throw wrongHeader();
    if (this.#cut.length > 0) throw notUtf8();
  }

  #checkHeader(piece: Uint8Array): void {
    this.#start = Buffer.concat([this.#start, piece.subarray(0, CSV_HEADER.length + 2)]);
    const beginning = this.#start.toString('latin1');
    if (beginning.startsWith(`${CSV_HEADER}\n`) || beginning.startsWith(`${CSV_HEADER}\r\n`)) {
      this.hasHeader = true;
    } else if (!`${CSV_HEADER}\r\n`.startsWith(beginning)) {
      throw wrongHeader();
    }
  }

  #checkEncoding(piece: Uint8Array): void {
    const bytes =
      this.#cut.length > 0
        ? Buffer.concat([this.#cut, piece])
        : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const whole = wholeCharacters(bytes);
    if (!isUtf8(bytes.subarray(0, whole))) throw notUtf8();
    this.#cut = Buffer.from(bytes.subarray(whole));
  }
}

/** How many bytes there are before a character that does not end within them. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function notUtf8(): CsvMistake {
  return new CsvMistake('Expected UTF-8 text, plain or gzipped.');
}

/** Gzipped text, unzipped for the check alone. */
class GzippedCsvText {
  readonly #text = new CsvText();
  readonly #gunzip = createGunzip();
  readonly #ended = Promise.withResolvers<void>();
  #failure: CsvMistake | undefined;

  constructor() {
    this.#ended.promise.catch(() => {});
    this.#gunzip
      .on('data', (piece: Buffer) => this.#check(() => this.#text.add(piece)))
      .on('error', () => this.#fail(new CsvMistake('Expected a gzip file that is complete and not damaged.')))
      .on('end', () => this.#ended.resolve());
  }

  get hasHeader(): boolean {
    return this.#text.hasHeader;
  }

  async add(piece: Uint8Array): Promise<void> {
    if (!this.#failure) {
      const written = new Promise<void>((resolve) => this.#gunzip.write(piece, () => resolve()));
      await Promise.race([written, this.#ended.promise]);
    }
    if (this.#failure) throw this.#failure;
  }

  async end(): Promise<void> {
    this.#gunzip.end();
    await this.#ended.promise;
    this.#check(() => this.#text.end());
    if (this.#failure) throw this.#failure;
  }

  #check(check: () => void): void {
    try {
      check();
    } catch (error) {
      // Only mistakes are thrown there.
      this.#fail(error as CsvMistake);
    }
  }

  #fail(mistake: CsvMistake): void {
    this.#failure ??= mistake;
    this.#ended.reject(this.#failure);
    this.#gunzip.destroy();
  }
}
