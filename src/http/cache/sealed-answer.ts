import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { parseJson, writeJson } from '../json/lossless-json.ts';
import type { StoredAnswer } from './answer-cache.ts';

/** The first byte of what is sealed: how the text is written. One of another version is not opened. */
const PLAIN = 1;
const COMPRESSED = 2;

const HEAD_BYTES = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** From how many bytes on compressing pays: a page shrinks to a sixth, a single row by a quarter at most. */
const COMPRESSED_FROM = 2_000;

const CIPHER = 'aes-256-gcm';

/**
 * Encrypts an answer so that it can be opened with the same key and under the same name only (AES-256-GCM). Keeps the
 * values that `parseJson` gives exactly, and an `undefined` one. `key` has 256 bits.
 */
export function sealAnswer(key: KeyObject, name: string, answer: StoredAnswer): Buffer {
  const text = Buffer.from(writeJson(answer));
  const isLong = text.length >= COMPRESSED_FROM;
  const head = Buffer.of(isLong ? COMPRESSED : PLAIN);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(boundTo(head, name));
  const body = cipher.update(isLong ? zstdCompressSync(text) : text);
  return Buffer.concat([head, nonce, body, cipher.final(), cipher.getAuthTag()]);
}

/** The answer, or undefined for what was sealed otherwise, or changed since. */
export function openAnswer(key: KeyObject, name: string, sealed: Buffer): StoredAnswer | undefined {
  try {
    const head = sealed.subarray(0, HEAD_BYTES);
    const nonce = sealed.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES);
    const body = sealed.subarray(HEAD_BYTES + NONCE_BYTES, -TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(boundTo(head, name))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    const opened = Buffer.concat([decipher.update(body), decipher.final()]);
    const text = head[0] === COMPRESSED ? zstdDecompressSync(opened) : opened;
    // Whoever has the key has written nothing else.
    return parseJson(text.toString(), { exactNumbers: true }) as StoredAnswer;
  } catch {
    return undefined;
  }
}

/** What the seal covers beside the text. */
function boundTo(head: Buffer, name: string): Buffer {
  return Buffer.concat([head, Buffer.from(name)]);
}
