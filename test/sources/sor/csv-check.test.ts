import { isUtf8 } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CSV_HEADER, CsvMistake, checkCsv } from '../../../src/sources/sor/csv-check.ts';

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
const file = fc
  .string({ unit: 'grapheme', maxLength: 200 })
  .map((text) => Buffer.from(`${CSV_HEADER}\n${text}`));

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
  for (const start of [
    `${CSV_HEADER} \n`,
    'User_id,attribute_key,value\n',
    'user_id,attribute_key\n',
    '\n',
  ]) {
    const bytes = Buffer.from(`${start}a,b,c\n`);
    for (const whole of [bytes, gzipSync(bytes)]) {
      await expect(checkCsv(inPieces(whole, [1]))).rejects.toThrow(CsvMistake);
    }
  }
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

test('a reader who stops ends the file that it reads', async () => {
  let ended = false;
  async function* source() {
    try {
      for (;;) yield Buffer.from(`${CSV_HEADER}\n`);
    } finally {
      ended = true;
    }
  }
  for await (const _ of (await checkCsv(source())).content) break;
  expect(ended).toBe(true);
});
