import { CsvMistake } from './csv-mistake.ts';

/** The start of a field, through its quotes if it has any: whatever stands between those belongs to it. */
const START = '(?:"[^"]*(?:""[^"]*)*"(?!")|(?!"))';

/** A line with its end, and its second field. */
const LINE = new RegExp(`${START}[^,\n]*(?:,(${START}[^,\n]*)(?:,${START}[^\n]*)?)?\n`, 'gy');

/** A longer line is a quote that was never closed: from there on nothing is checked. */
const MAX_LINE_LENGTH = 1_000_000;

/** So many unknown keys are reported at once, and so much of each. */
const MOST_KEYS = 100;
const MOST_CHARACTERS = 100;

/** Compares the keys of a CSV file with those that there are, piece by piece. */
export class CsvKeys {
  readonly #known: ReadonlySet<string>;
  /** The beginning of a line whose end is still to come. */
  #rest: string | undefined = '';
  #row = 0;

  constructor(known: Iterable<string>) {
    this.#known = new Set(known);
  }

  /** Throws a `CsvMistake` with every unknown key in the lines that end in this piece. */
  add(piece: string): void {
    if (this.#rest === undefined) return;
    const text = this.#rest + piece;
    const unknown = new Map<string, number>();
    let end = 0;
    LINE.lastIndex = 0;
    for (let line = LINE.exec(text); line; line = LINE.exec(text)) {
      end = LINE.lastIndex;
      this.#row += 1;
      const [, field] = line;
      // The first line is the header.
      if (this.#row === 1 || field === undefined) continue;
      const key = keyIn(field);
      if (!this.#known.has(key) && !unknown.has(key) && unknown.size < MOST_KEYS) unknown.set(key, this.#row);
    }
    if (unknown.size > 0) throw new CsvMistake([...unknown].map(sentence), 'UNKNOWN_KEY');
    this.#rest = text.length - end > MAX_LINE_LENGTH ? undefined : text.slice(end);
  }

  /** The same for the last line, which may have no end. */
  end(): void {
    this.add('\n');
  }
}

function keyIn(field: string): string {
  const text = field.replace(/\r$/, '');
  return text.startsWith('"') ? text.slice(1, text.lastIndexOf('"')).replaceAll('""', '"') : text;
}

function sentence([key, row]: [key: string, row: number]): string {
  const shown = [...key].slice(0, MOST_CHARACTERS).join('');
  return `Expected the key of an attribute of this system in row ${row}, not "${shown}".`;
}
