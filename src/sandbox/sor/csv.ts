/** A line longer than this is taken for a quote that was never closed. */
const MAX_LINE = 1_000_000;

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
    const lines: string[][] = [];
    let start = 0;
    for (let end = lineEnd(text, start); end >= 0; end = lineEnd(text, start)) {
      if (end > start) addLine(lines, text.slice(start, end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > MAX_LINE) throw new CsvMistake('A line does not end');
    return lines;
  }

  /** The last line, when no line break ends it. */
  end(): string[][] {
    const lines: string[][] = [];
    if (quotes(this.#rest) % 2 === 1) throw new CsvMistake('A quote is not closed');
    addLine(lines, this.#rest);
    this.#rest = '';
    return lines;
  }
}

/** Where the line from `start` on ends; a line break between quotes does not end it. -1: not in this text. */
function lineEnd(text: string, start: number): number {
  let end = text.indexOf('\n', start);
  while (end >= 0 && quotes(text.slice(start, end)) % 2 === 1) end = text.indexOf('\n', end + 1);
  return end;
}

function quotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

function addLine(lines: string[][], text: string): void {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  if (line !== '') lines.push(line.includes('"') ? quotedFields(line) : line.split(','));
}

function quotedFields(line: string): string[] {
  const fields = line.match(/("([^"]|"")*"|[^",]*)(,|$)/g) ?? [];
  // The pattern also matches the nothing behind the last field.
  const kept = line.endsWith(',') ? fields : fields.slice(0, -1);
  if (kept.join('') !== line) throw new CsvMistake('A quote stands inside a field');
  return kept.map((field) => unquoted(field.endsWith(',') ? field.slice(0, -1) : field));
}

function unquoted(field: string): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}
