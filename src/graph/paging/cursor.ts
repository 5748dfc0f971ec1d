import { BadInput } from '../caller-error.ts';
import type { Signatures, Signer } from '../signer.ts';

const TAG_BYTES = 8;
const NUMBER_BYTES = 6;

/** Whether a count can stand in a cursor: no list has so many rows as cannot, whatever its API says. */
export const fitsCursor = (count: number): boolean => count < 2 ** (8 * NUMBER_BYTES);

/** Makes the cursors of all lists, and signs which list each belongs to. */
export class CursorCodec {
  readonly #signer: Signer;

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  /** The cursors of one list; `listKey` is a text that says list, filter and order. */
  of(listKey: string): ListCursors {
    return new ListCursors(() => this.#signer(listKey));
  }
}

/**
 * Opaque cursors of one list: the list's tag and a few whole numbers, a row's position first. A cursor of another list
 * is never taken for one of this; an edited one is at most another place in the same list.
 */
export class ListCursors {
  readonly #sign: () => Signatures;
  #signatures: Signatures | undefined;

  constructor(sign: () => Signatures) {
    this.#sign = sign;
  }

  /** Made when first needed: most operations have no cursor. */
  get #tags(): Signatures {
    this.#signatures ??= this.#sign();
    return this.#signatures;
  }

  /** The cursor that holds these numbers; throws RangeError for anything but whole numbers from 0 to 2^48 - 1. */
  encode(numbers: readonly number[]): string {
    return written(numbers, this.#tags[0]);
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
    const isOwn = this.#tags.some((tag) => written(numbers, tag) === text);
    if (first !== undefined && isOwn) return [first, ...others];
    throw new BadInput(`Expected "${argument}" to be a cursor that this same list, filter and order gave out.`);
  }
}

/** Where cursors are written, one at a time; longer ones have bytes of their own. */
const DRAFT = Buffer.alloc(TAG_BYTES + 8 * NUMBER_BYTES);

/** The text of the numbers behind a tag. */
function written(numbers: readonly number[], tag: Buffer): string {
  const length = TAG_BYTES + numbers.length * NUMBER_BYTES;
  const bytes = length <= DRAFT.length ? DRAFT : Buffer.alloc(length);
  for (let index = 0; index < TAG_BYTES; index += 1) bytes[index] = tag[index] as number;
  for (let index = 0; index < numbers.length; index += 1) {
    const number = numbers[index] as number;
    if (!Number.isInteger(number)) throw new RangeError(`A cursor holds whole numbers, not ${number}.`);
    bytes.writeUIntBE(number, TAG_BYTES + index * NUMBER_BYTES, NUMBER_BYTES);
  }
  return bytes.toString('base64url', 0, length);
}

/** Reads any list's cursors, for what no list gives out: whose a cursor is, its own list finds out. */
export const ANY_LIST: Pick<ListCursors, 'decode'> = {
  decode(text, argument) {
    const tag = Buffer.from(text, 'base64url').subarray(0, TAG_BYTES);
    return new ListCursors(() => [tag]).decode(text, argument);
  },
};
