/**
 * A part of an answer that is JSON already, in pieces of text. Long lists become such a part while they are made, so
 * that their rows can be let go of: whole, they would keep the garbage collector busy for longer than they take to make.
 */
export class Written {
  readonly pieces: readonly string[];

  constructor(pieces: readonly string[]) {
    this.pieces = pieces;
  }
}

/** Writes a list, some members at a time. */
export class ListWriter {
  readonly #pieces = ['['];

  add(members: readonly unknown[]): void {
    if (members.length === 0) return;
    if (this.#pieces.length > 1) this.#pieces.push(',');
    const texts = members.some(isWritten) ? separated(members.map(piecesOf)) : [JSON.stringify(members).slice(1, -1)];
    for (const text of texts) this.#pieces.push(text);
  }

  end(): Written {
    this.#pieces.push(']');
    return new Written(this.#pieces);
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
  const pairs = Object.entries(members).filter(([, value]) => value !== undefined);
  const texts = pairs.map(([name, value]) => [`${JSON.stringify(name)}:`, ...piecesOf(value)]);
  return new Written(['{', ...separated(texts), '}']);
}

export function piecesOf(value: unknown): readonly string[] {
  return value instanceof Written ? value.pieces : [JSON.stringify(value)];
}

function isWritten(value: unknown): boolean {
  return value instanceof Written;
}

function separated(texts: readonly (readonly string[])[]): string[] {
  return texts.flatMap((pieces, index) => (index === 0 ? pieces : [',', ...pieces]));
}
