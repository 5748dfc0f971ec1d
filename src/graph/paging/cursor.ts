import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { BadInput } from '../bad-input.ts';

const POSITION_BYTES = 7;
const SIGNATURE_BYTES = 8;
const SIGNATURES_PER_DIGEST = 4;

/** Position and signature are 15 bytes, 20 characters without padding bits: no two texts mean the same bytes. */
const CURSOR_TEXT = /^[\w-]{20}$/;

/**
 * Opaque cursors: a row's position in one list, signed with the list's key (a text that says list, filter and
 * order), so that a cursor of another list, or an edited one, is never taken for a position.
 */
export class CursorCodec {
  readonly #key: Buffer | KeyObject;
  /** Rows are numbered in order, so most cursors share a digest with the one made before. */
  #latest = { listKey: '', group: -1, digest: Buffer.alloc(0) };

  constructor(key: Buffer | KeyObject) {
    this.#key = key;
  }

  /** The cursor of the row at a position; throws RangeError for anything but a whole number from 0 to 2^53 - 1. */
  encode(listKey: string, position: number): string {
    if (!Number.isSafeInteger(position) || position < 0) {
      throw new RangeError(`A position is a whole number from 0 to 2^53 - 1, not ${position}.`);
    }
    const bytes = Buffer.allocUnsafe(POSITION_BYTES + SIGNATURE_BYTES);
    writePosition(bytes, position);
    bytes.set(this.#signature(listKey, position), POSITION_BYTES);
    return bytes.toString('base64url');
  }

  /** The position a cursor of this list stands for; throws BadInput, naming the argument, for any other text. */
  decode(listKey: string, text: string, argument = 'cursor'): number {
    if (CURSOR_TEXT.test(text)) {
      const bytes = Buffer.from(text, 'base64url');
      const position = readPosition(bytes);
      const signature = this.#signature(listKey, position);
      if (timingSafeEqual(bytes.subarray(POSITION_BYTES), signature) && Number.isSafeInteger(position)) {
        return position;
      }
    }
    throw new BadInput(
      `Expected "${argument}" to be a cursor that this same list, filter and order gave out.`,
    );
  }

  /** Four neighbours have the four quarters of one HMAC, which nobody without the key can tell from each other. */
  #signature(listKey: string, position: number): Buffer {
    const group = Math.floor(position / SIGNATURES_PER_DIGEST);
    if (this.#latest.group !== group || this.#latest.listKey !== listKey) {
      // The number comes first and has a fixed length, so no list key can imitate another's position.
      const number = writePosition(Buffer.allocUnsafe(POSITION_BYTES), group);
      const digest = createHmac('sha256', this.#key).update(number).update(listKey).digest();
      this.#latest = { listKey, group, digest };
    }
    const start = (position % SIGNATURES_PER_DIGEST) * SIGNATURE_BYTES;
    return this.#latest.digest.subarray(start, start + SIGNATURE_BYTES);
  }
}

/** Buffer's own integers end at 6 bytes; the seventh, in front, is written by division. */
function writePosition(bytes: Buffer, position: number): Buffer {
  bytes[0] = Math.floor(position / 2 ** 48);
  bytes.writeUIntBE(position % 2 ** 48, 1, 6);
  return bytes;
}

function readPosition(bytes: Buffer): number {
  return bytes.readUInt8(0) * 2 ** 48 + bytes.readUIntBE(1, 6);
}
