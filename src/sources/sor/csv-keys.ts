import type { AttributeRow } from './systems.ts';

/** One reason why a file cannot be imported: a sentence for the sender, and its kind. */
export interface CsvIssue {
  code: 'DISABLED' | 'INVALID' | 'UNKNOWN_KEY';
  message: string;
}

/** Why a file cannot be imported. */
export class CsvMistake extends Error {
  override readonly name = 'CsvMistake';
  readonly issues: readonly CsvIssue[];

  constructor(issues: string | readonly CsvIssue[]) {
    const all = typeof issues === 'string' ? [{ code: 'INVALID', message: issues } as const] : issues;
    super(all[0]?.message);
    this.issues = all;
  }
}

/** The start of a field, through its quotes if it has any: whatever stands between those belongs to it. */
const START = '(?:"[^"]*(?:""[^"]*)*"(?!")|(?!"))';

/** A line with its end, which may be a lone carriage return, and its second field. */
const LINE = new RegExp(`${START}[^,\r\n]*(?:,(${START}[^,\r\n]*)(?:,${START}[^\r\n]*)?)?(?:\r?\n|\r(?=[^\n]))`, 'gy');

/** A longer line is a quote that was never closed. */
const MAX_LINE_LENGTH = 1_000_000;

/** So many wrong keys are reported at once, with a sentence if there are more, and so much of each. */
const MOST_KEYS = 100;
const MOST_CHARACTERS = 100;

/** Compares the keys of a CSV file with those that there are, piece by piece. */
export class CsvKeys {
  /** Whether an attribute is disabled, by its key. */
  readonly #isDisabled: ReadonlyMap<string, boolean>;
  /** The beginning of a line whose end is still to come, and how much of it has been looked at. */
  #text = '';
  #looked = 0;
  #row = 0;

  constructor(attributes: readonly Pick<AttributeRow, 'key' | 'disabled'>[]) {
    this.#isDisabled = new Map(attributes.map(({ key, disabled }) => [key ?? '', disabled === true]));
  }

  /** Throws a `CsvMistake` with every key in lines that end here that takes no values, or for a line without end. */
  add(piece: string): void {
    this.#text += piece;
    // A long line that comes in small pieces is looked at each time that it has doubled.
    if (this.#text.length >= Math.min(2 * this.#looked, MAX_LINE_LENGTH + 1)) this.#look();
  }

  /** The same for the last line, which may have no end. */
  end(): void {
    this.#text += '\n';
    this.#look();
    if (this.#text !== '') throw this.#openQuote();
  }

  #look(): void {
    const text = this.#text;
    const wrong = new Map<string, number>();
    let end = 0;
    LINE.lastIndex = 0;
    for (let line = LINE.exec(text); line; line = LINE.exec(text)) {
      end = LINE.lastIndex;
      this.#row += 1;
      const [, field] = line;
      // The first line is the header.
      if (this.#row === 1 || field === undefined) continue;
      const key = keyIn(field);
      if (this.#isDisabled.get(key) !== false && !wrong.has(key)) wrong.set(key, this.#row);
    }
    if (wrong.size > 0) throw new CsvMistake(this.#issues([...wrong]));
    this.#text = text.slice(end);
    this.#looked = this.#text.length;
    if (this.#looked > MAX_LINE_LENGTH) throw this.#openQuote();
  }

  #openQuote(): CsvMistake {
    return new CsvMistake(`Expected every quote to be closed: one in row ${this.#row + 1} is not.`);
  }

  #issues(wrong: readonly [key: string, row: number][]): CsvIssue[] {
    const listed = wrong.slice(0, MOST_KEYS).map(([key, row]): CsvIssue => {
      const place = `in row ${row}, not "${[...key].slice(0, MOST_CHARACTERS).join('')}".`;
      return this.#isDisabled.has(key)
        ? { code: 'DISABLED', message: `Expected the key of an attribute that is not disabled ${place}` }
        : { code: 'UNKNOWN_KEY', message: `Expected the key of an attribute of this system ${place}` };
    });
    const others = wrong.length - listed.length;
    const message = `Expected keys of this system in place of at least ${others} others too, which are not listed.`;
    return others > 0 ? [...listed, { code: 'UNKNOWN_KEY', message }] : listed;
  }
}

function keyIn(field: string): string {
  return field.startsWith('"') ? field.slice(1, field.lastIndexOf('"')).replaceAll('""', '"') : field;
}
