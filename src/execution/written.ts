/** JSON text, or a long stretch of it as bytes. */
export type Piece = string | Buffer;

/**
 * A part of an answer that is JSON already. Long lists become such a part while they are made, so that their rows can be
 * let go of: whole, they would keep the garbage collector busy for longer than they take to make.
 */
export class Written {
  readonly pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }
}

/** Text of this length becomes bytes, which are outside the heap: an answer may wait long for a client to read it. */
const STRETCH_LENGTH = 64_000;

/** Puts pieces together, so that there are few of them. */
class Writer {
  readonly #pieces: Piece[] = [];
  #text = '';

  add(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        this.#text += piece;
        if (this.#text.length >= STRETCH_LENGTH) this.#push(Buffer.from(this.#text));
      } else {
        if (this.#text !== '') this.#push(this.#text);
        this.#pieces.push(piece);
      }
    }
  }

  end(): Written {
    if (this.#text !== '') this.#push(this.#text);
    return new Written(this.#pieces);
  }

  #push(piece: Piece): void {
    this.#pieces.push(piece);
    this.#text = '';
  }
}

/** Writes a list, some members at a time. */
export class ListWriter {
  readonly #writer = new Writer();
  #before = '[';

  add(members: readonly unknown[]): void {
    const groups = members.some(isWritten) ? members.map(piecesOf) : [[JSON.stringify(members).slice(1, -1)]];
    for (const pieces of members.length > 0 ? groups : []) {
      this.#writer.add([this.#before, ...pieces]);
      this.#before = ',';
    }
  }

  end(): Written {
    this.#writer.add([this.#before === '[' ? '[]' : ']']);
    return this.#writer.end();
  }
}

/** The same list; written where one of its members is. */
export function listOf(members: readonly unknown[]): readonly unknown[] | Written {
  if (!members.some(isWritten)) return members;
  const writer = new ListWriter();
  writer.add(members);
  return writer.end();
}

/** The same object; written where one of its members is. */
export function objectOf<Members extends object>(members: Members): Members | Written {
  if (!Object.values(members).some(isWritten)) return members;
  const writer = new Writer();
  let before = '{';
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue;
    writer.add([`${before}${JSON.stringify(name)}:`, ...piecesOf(value)]);
    before = ',';
  }
  writer.add(['}']);
  return writer.end();
}

export function piecesOf(value: unknown): readonly Piece[] {
  return value instanceof Written ? value.pieces : [JSON.stringify(value)];
}

function isWritten(value: unknown): boolean {
  return value instanceof Written;
}
