import { createHmac, type KeyObject } from 'node:crypto';
import { BadInput } from '../caller-error.ts';

const TAG_BYTES = 8;
const NUMBER_BYTES = 6;

/** Makes the cursors of all lists; the key signs which list each belongs to. */
export class CursorCodec {
  readonly #key: Buffer | KeyObject;

  constructor(key: Buffer | KeyObject) {
    this.#key = key;
  }

  /** The cursors of one list; `listKey` is a text that says list, filter and order. */
  of(listKey: string): ListCursors {
    return new ListCursors(() => createHmac('sha256', this.#key).update(listKey).digest());
  }
}

/**
 * Opaque cursors of one list: the list's tag and a few whole numbers, a row's position first. A cursor of another list
 * is never taken for one of this; an edited one is at most another place in the same list.
 */
export class ListCursors {
  readonly #sign: () => Buffer;
  #tag: Buffer | undefined;

  constructor(sign: () => Buffer) {
    this.#sign = sign;
  }

  /** The cursor that holds these numbers; throws RangeError for anything but whole numbers from 0 to 2^48 - 1. */
  encode(numbers: readonly number[]): string {
    const bytes = Buffer.alloc(TAG_BYTES + numbers.length * NUMBER_BYTES);
    this.#tag ??= this.#sign();
    this.#tag.copy(bytes, 0, 0, TAG_BYTES);
    for (const [index, number] of numbers.entries()) {
      if (!Number.isInteger(number)) throw new RangeError(`A cursor holds whole numbers, not ${number}.`);
      bytes.writeUIntBE(number, TAG_BYTES + index * NUMBER_BYTES, NUMBER_BYTES);
    }
    return bytes.toString('base64url');
  }

  /** The numbers in a cursor of this list, at least one; throws BadInput, naming the argument, for any other text. */
  decode(text: string, argument = 'cursor'): [number, ...number[]] {
    const bytes = Buffer.from(text, 'base64url');
    const count = Math.max(0, Math.floor((bytes.length - TAG_BYTES) / NUMBER_BYTES));
    const numbers = Array.from({ length: count }, (_, index) =>
      bytes.readUIntBE(TAG_BYTES + index * NUMBER_BYTES, NUMBER_BYTES),
    );
    const [first, ...others] = numbers;
    // No two texts are the same cursor.
    if (first !== undefined && this.encode(numbers) === text) return [first, ...others];
    throw new BadInput(`Expected "${argument}" to be a cursor that this same list, filter and order gave out.`);
  }
}
