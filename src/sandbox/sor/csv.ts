/** A line with its line break; one between quotes does not end it. */
const LINE = /(?:"[^"]*"|[^"\n])*(?:\n|$)/gy;

/** A file that is no CSV, or did not come. */
export class CsvMistake extends Error {}

/** The lines of CSV (RFC 4180), each as its values. Empty lines are left out. */
export function csvLines(text: string): string[][] {
  const lines = text.match(LINE) ?? [];
  if (lines.join('') !== text) throw new CsvMistake('A quote is not closed');
  return lines.flatMap(valuesIn);
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
