/** A line longer than this is taken for a quote that was never closed. */
const MAX_LINE = 1_000_000;

/** A line with its line break, from where the last one ended; a line break between quotes does not end it. */
const LINE = /(?:"[^"]*"|[^"\n])*\n/gy;

/** Text that is no CSV. */
export class CsvMistake extends Error {
  override readonly name = 'CsvMistake';
}

/** Reads CSV (RFC 4180) piece by piece and holds no more than the piece and one line. Empty lines are left out. */
export class CsvReader {
  #rest = '';

  /** The lines that are complete with this piece. */
  push(piece: string): string[][] {
    const text = this.#rest + piece;
    const lines = text.match(LINE) ?? [];
    this.#rest = text.slice(lines.reduce((length, line) => length + line.length, 0));
    if (this.#rest.length > MAX_LINE) throw new CsvMistake('A line does not end');
    return lines.flatMap(valuesIn);
  }

  /** The last line, when no line break ends it. */
  end(): string[][] {
    const lines = this.push('\n');
    if (this.#rest) throw new CsvMistake('A quote is not closed');
    return lines;
  }
}

/** A line's values, each without its quotes; no line for an empty one. */
function valuesIn(line: string): string[][] {
  const text = line.replace(/\r?\n$/, '');
  if (text === '') return [];
  if (!text.includes('"')) return [text.split(',')];
  const fields = text.match(/("([^"]|"")*"|[^",]*)(,|$)/g) ?? [];
  // The pattern also matches the nothing behind the last field.
  const kept = text.endsWith(',') ? fields : fields.slice(0, -1);
  if (kept.join('') !== text) throw new CsvMistake('A quote stands inside a field');
  return [kept.map((field) => field.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"'))];
}
