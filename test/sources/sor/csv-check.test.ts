import { isUtf8 } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CSV_HEADER, checkCsv } from '../../../src/sources/sor/csv-check.ts';
import { CsvKeys, CsvMistake } from '../../../src/sources/sor/csv-keys.ts';

/** The same bytes in pieces of these sizes, over and over. */
async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function passedOn(bytes: Buffer, sizes: readonly number[]): Promise<Buffer | string> {
  try {
    return await buffer((await checkCsv(inPieces(bytes, sizes))).content);
  } catch (error) {
    if (error instanceof CsvMistake) return error.message;
    throw error;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
const file = fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => Buffer.from(`${CSV_HEADER}\n${text}`));

test('UTF-8 text with the header is passed on byte for byte, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(file, sizes, async (bytes, cut) => {
      expect(await passedOn(bytes, cut)).toEqual(bytes);
    }),
  );
});

test('so is a gzip file of it', async () => {
  await fc.assert(
    fc.asyncProperty(file, sizes, async (bytes, cut) => {
      const zipped = gzipSync(bytes);
      expect(await passedOn(zipped, cut)).toEqual(zipped);
    }),
    { numRuns: 50 },
  );
});

/** The header lines that are taken, of which the first one is the API's own. */
const header = fc
  .tuple(fc.constantFrom('', '\ufeff'), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
  .map(
    ([mark, quoted]) =>
      mark + ['user_id', 'attribute_key', 'value'].map((name, at) => (quoted[at] ? `"${name}"` : name)).join(),
  );

test('a header in quotes or behind a byte order mark is replaced, and nothing else is', async () => {
  await fc.assert(
    fc.asyncProperty(header, file, sizes, fc.boolean(), async (written, bytes, cut, isGzip) => {
      const sent = Buffer.concat([Buffer.from(written), bytes.subarray(CSV_HEADER.length)]);
      const { isGzip: isPacked, content } = await checkCsv(inPieces(isGzip ? gzipSync(sent) : sent, cut));
      const passed = await buffer(content);
      expect(isPacked).toBe(isGzip && written === CSV_HEADER);
      expect(isPacked ? gunzipSync(passed) : passed).toEqual(bytes);
    }),
  );
});

test('a mistake late in a file whose header is replaced is found as well', async () => {
  const lines = Buffer.from(`${CSV_HEADER}\n${'a,b,c\n'.repeat(20_000)}caf\xe9`, 'latin1');
  const text = Buffer.concat([Buffer.from('\ufeff'), lines]);
  for (const sent of [text, gzipSync(text), gzipSync(text.subarray(0, -1)).subarray(0, -9)]) {
    expect(await passedOn(sent, [1_000])).toMatch(/^Expected (UTF-8|a gzip file)/);
  }
});

test('bytes are refused if and only if they are not UTF-8, however they are cut, gzipped or not', async () => {
  const anyBytes = fc.uint8Array({ maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(anyBytes, sizes, fc.boolean(), async (rest, cut, isGzip) => {
      const bytes = Buffer.concat([Buffer.from(`${CSV_HEADER}\n`), rest]);
      const sent = isGzip ? gzipSync(bytes) : bytes;
      const refusal = 'Expected UTF-8 text, plain or gzipped.';
      expect(await passedOn(sent, cut)).toEqual(isUtf8(bytes) ? sent : refusal);
    }),
    { numRuns: 300 },
  );
});

test('a gzip file that ends anywhere before its end is refused', async () => {
  const zipped = gzipSync(`${CSV_HEADER}\nä,b,c\n`);
  for (let length = 2; length < zipped.length; length += 1) {
    expect(await passedOn(zipped.subarray(0, length), [7])).toMatch(/^Expected/);
  }
});

test('a wrong beginning is told before anything is given out, in however many pieces it comes', async () => {
  for (const start of [`${CSV_HEADER} \n`, 'User_id,attribute_key,value\n', 'user_id,attribute_key\n', '\n']) {
    const bytes = Buffer.from(`${start}a,b,c\n`);
    for (const whole of [bytes, gzipSync(bytes)]) {
      await expect(checkCsv(inPieces(whole, [1]))).rejects.toThrow(CsvMistake);
    }
  }
});

test('a short file is checked to its end before anything is given out, its keys too', async () => {
  const bytes = Buffer.from(`${CSV_HEADER}\n${'a,b,c\n'.repeat(1_000)}a,unknown,c`);
  for (const whole of [bytes, gzipSync(bytes)]) {
    await expect(checkCsv(inPieces(whole, [100]), new CsvKeys([{ key: 'b', disabled: false }]))).rejects.toThrow(
      'in row 1002, not "unknown"',
    );
  }
  const long = Buffer.concat([Buffer.alloc(600_000, `${CSV_HEADER}\na,b,c\n`), bytes]);
  const { content } = await checkCsv(
    inPieces(long, [1_000]),
    new CsvKeys(['b', 'attribute_key'].map((key) => ({ key, disabled: null }))),
  );
  await expect(buffer(content)).rejects.toThrow(CsvMistake);
});

test('what never comes to its header is not held for ever', async () => {
  let read = 0;
  const emptyBlocks = Buffer.from('000000ffff'.repeat(1_000), 'hex');
  const beginning = gzipSync('').subarray(0, 10);
  async function* endless() {
    yield beginning;
    for (; read < 50_000_000; read += emptyBlocks.length) yield emptyBlocks;
  }
  await expect(checkCsv(endless())).rejects.toThrow(CsvMistake);
  expect(read).toBeGreaterThan(900_000);
  expect(read).toBeLessThan(1_100_000);
});

test.each([
  ['passed on as it is', CSV_HEADER],
  ['passed on with another header', `\ufeff${CSV_HEADER}`],
])('a reader who stops ends the file that is %s', async (_, written) => {
  let ended = false;
  async function* source() {
    try {
      for (;;) yield Buffer.from(`${written}\n`);
    } finally {
      ended = true;
    }
  }
  for await (const _ of (await checkCsv(source())).content) break;
  expect(ended).toBe(true);
});
