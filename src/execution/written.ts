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

/** Writes a list or an object, some members at a time and in few pieces. */
export class Writer {
  readonly #brackets: '[]' | '{}';
  readonly #pieces: Piece[] = [];
  #text = '';
  #before: string;

  constructor(brackets: '[]' | '{}') {
    this.#brackets = brackets;
    this.#before = brackets.charAt(0);
  }

  /** Adds a member, or several with commas between them. */
  add(pieces: readonly Piece[]): void {
    this.#write(this.#before);
    for (const piece of pieces) this.#write(piece);
    this.#before = ',';
  }

  /** Adds members of a list. */
  addAll(members: readonly unknown[]): void {
    if (members.some(isWritten)) for (const member of members) this.add(piecesOf(member));
    else if (members.length > 0) this.add([JSON.stringify(members).slice(1, -1)]);
  }

  end(): Written {
    this.#write(this.#before === ',' ? this.#brackets.charAt(1) : this.#brackets);
    if (this.#text !== '') this.#push(this.#text);
    return new Written(this.#pieces);
  }

  #write(piece: Piece): void {
    if (typeof piece === 'string') {
      this.#text += piece;
      if (this.#text.length >= STRETCH_LENGTH) this.#push(Buffer.from(this.#text));
    } else {
      if (this.#text !== '') this.#push(this.#text);
      this.#pieces.push(piece);
    }
  }

  #push(piece: Piece): void {
    this.#pieces.push(piece);
    this.#text = '';
  }
}

/** The same list; written where one of its members is. */
export function listOf(members: readonly unknown[]): readonly unknown[] | Written {
  if (!members.some(isWritten)) return members;
  const writer = new Writer('[]');
  writer.addAll(members);
  return writer.end();
}

/** The same object; written where one of its members is. */
export function objectOf<Members extends object>(members: Members): Members | Written {
  if (!Object.values(members).some(isWritten)) return members;
  const writer = new Writer('{}');
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) writer.add([`${JSON.stringify(name)}:`, ...piecesOf(value)]);
  }
  return writer.end();
}

export function piecesOf(value: unknown): readonly Piece[] {
  return value instanceof Written ? value.pieces : [JSON.stringify(value)];
}

function isWritten(value: unknown): boolean {
  return value instanceof Written;
}
