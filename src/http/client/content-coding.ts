import { PassThrough, pipeline, Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { TransportError } from './call-deadline.ts';

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What undoes a coding of something that begins with this byte. */
type Decoder = (first: number) => Transform;

const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  // Some servers send deflate without its wrapper, whose first byte always ends in 8.
  ['deflate', (first: number) => ((first & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw())],
  ['br', () => zlib.createBrotliDecompress()],
  ['zstd', () => zlib.createZstdDecompress()],
]);

/** The first byte of what is compressed by gzip, whatever its headers say: no text begins with it. */
export const GZIP_START = 0x1f;

/** A proxy may decode a body, and leave the header that says it is encoded. */
function gunzip(first: number): Transform {
  return first === GZIP_START ? zlib.createGunzip() : new PassThrough();
}

/** The code of a decoder's error about a body that ends in the middle. */
export const CODING_CUT = 'Z_BUF_ERROR';

/** What is asked for: every coding that is read. */
export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

/** A server that nests codings deeper than this does it to exhaust its readers. */
export const MOST_CODINGS = 3;

/** What stands for no coding: some servers write `none` for the standard's `identity`, or the character set. */
const UNCODED: ReadonlySet<string> = new Set(['', 'identity', 'none', 'utf-8', 'utf8', 'binary']);

/**
 * A body without its content codings, and the headers that are true of it then. Destroying it ends the body itself; a
 * part that cannot be decoded ends both with the decoder's error. Throws a `TransportError` for a coding that nobody knows.
 */
export async function decoded(
  headers: ReplyHeaders,
  body: Readable,
): Promise<{ headers: ReplyHeaders; body: Readable }> {
  const { 'content-encoding': coding, 'content-length': _length, ...others } = headers;
  if (coding === undefined) return { headers, body };
  let plain = body;
  for (const decoder of decodersOf(String(coding))) {
    const first = await firstByte(plain);
    // An empty body has no coding, whatever its headers say.
    if (first === undefined) return { headers: others, body: Readable.from([]) };
    plain = pipeline(plain, decoder(first), () => {});
  }
  return { headers: others, body: plain };
}

/** The first byte of a body, which stays whole; undefined for an empty one. */
async function firstByte(body: Readable): Promise<number | undefined> {
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    body.unshift(chunk);
    return chunk[0];
  }
  return undefined;
}

/** All of a body. Rejects with a `TransportError` as soon as there is more than `maxBytes`. */
export async function collected(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new TransportError('BODY_TOO_LONG');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** In the order in which the codings are to be undone. */
function decodersOf(codings: string): Decoder[] {
  const names = codings
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => !UNCODED.has(name))
    .reverse();
  const decoders = names.map((name) => DECODERS.get(name)).filter((decoder) => decoder !== undefined);
  if (names.length > MOST_CODINGS || decoders.length < names.length) throw new TransportError('UNREADABLE_CODING');
  return decoders;
}

/** Whether an error's code says that a body's content coding cannot be read: ours, or those of zlib, zstd and brotli. */
export function isCodingError(code: string): boolean {
  return code === 'UNREADABLE_CODING' || /^(?:Z|ZSTD|ERR_)_/.test(code);
}
