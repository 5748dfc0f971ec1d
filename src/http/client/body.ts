import { pipeline, type Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { TransportError } from './call-deadline.ts';

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

interface Decoder {
  /** Throws `ERR_BUFFER_TOO_LARGE` as soon as there is more than `maxOutputLength`. */
  whole(bytes: Buffer, options: { maxOutputLength: number }): Promise<Buffer>;
  stream(): Transform;
}

const GZIP: Decoder = { whole: promisify(zlib.gunzip), stream: () => zlib.createGunzip() };

const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', GZIP],
  ['x-gzip', GZIP],
  ['deflate', { whole: inflateEither, stream: () => zlib.createInflate() }],
  ['br', { whole: promisify(zlib.brotliDecompress), stream: () => zlib.createBrotliDecompress() }],
  ['zstd', { whole: promisify(zlib.zstdDecompress), stream: () => zlib.createZstdDecompress() }],
]);

/** Some servers send deflate without its wrapper, whose first byte always ends in 8. */
function inflateEither(bytes: Buffer, options: { maxOutputLength: number }): Promise<Buffer> {
  const isWrapped = (bytes.readUInt8(0) & 0x0f) === 8;
  return promisify(isWrapped ? zlib.inflate : zlib.inflateRaw)(bytes, options);
}

/** What is asked for: every coding that is read. */
export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

/** A server that nests codings deeper than this does it to exhaust its readers. */
const MOST_CODINGS = 3;

/** What stands for no coding; some servers write `none` for the standard's `identity`. */
const UNCODED: ReadonlySet<string> = new Set(['', 'identity', 'none']);

/** Whether the body must be decoded before it can be read. */
export function isEncoded(headers: ReplyHeaders): boolean {
  return headers['content-encoding'] !== undefined;
}

/**
 * The body without its content codings. Throws a `TransportError` for one that is longer than `maxBytes` then, and for
 * one that cannot be decoded.
 */
export async function decodedBytes(headers: ReplyHeaders, bytes: Buffer, maxBytes: number): Promise<Buffer> {
  let plain = bytes;
  // An empty body has no coding, whatever its headers say.
  if (bytes.length === 0) return bytes;
  for (const { whole } of decodersOf(headers)) {
    plain = await whole(plain, { maxOutputLength: maxBytes }).catch((error: { code?: string }) => {
      throw new TransportError(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'BODY_TOO_LONG' : 'UNREADABLE_CODING');
    });
  }
  return plain;
}

/** The same of a body that is read while it comes, with the headers that are true of it then. Destroying it ends both. */
export function decodedStream(headers: ReplyHeaders, body: Readable): { headers: ReplyHeaders; body: Readable } {
  if (!isEncoded(headers)) return { headers, body };
  const { 'content-encoding': _coding, 'content-length': _length, ...others } = headers;
  try {
    // A failure of one of them ends the others, and the reader of the last one sees the error.
    const plain = decodersOf(headers).reduce<Readable>((from, { stream }) => pipeline(from, stream(), () => {}), body);
    return { headers: others, body: plain };
  } catch (error) {
    body.destroy();
    throw error;
  }
}

/** In the order in which they are to be undone. */
function decodersOf(headers: ReplyHeaders): Decoder[] {
  const names = String(headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => !UNCODED.has(name))
    .reverse();
  if (names.length > MOST_CODINGS) throw new TransportError('UNREADABLE_CODING');
  return names.map((name) => {
    const decoder = DECODERS.get(name);
    if (!decoder) throw new TransportError('UNREADABLE_CODING');
    return decoder;
  });
}

/** The text of a body, without a byte order mark. A character set that nobody knows is read as UTF-8. */
export function textOf(headers: ReplyHeaders, bytes: Buffer): string {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(String(headers['content-type'] ?? '')) ?? [];
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // The name of the character set is wrong; its bytes are most likely UTF-8.
    return new TextDecoder().decode(bytes);
  }
}
