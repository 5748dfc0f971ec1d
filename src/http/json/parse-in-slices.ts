import { setImmediate } from 'node:timers/promises';
import { endOfString, LongNumber, type ParseOptions, parseJson } from './lossless-json.ts';

/** Shorter texts are better parsed at once, which takes a few milliseconds. */
export const LONG_TEXT = 500_000;

/** How long others wait at most, in milliseconds. */
const SLICE_MS = 10;

/**
 * The same as `parseJson`. The lists and objects in outermost lists are parsed one by one, and others go first every few
 * milliseconds.
 */
export async function parseInSlices(text: string, options: ParseOptions): Promise<unknown> {
  const rows: unknown[] = [];
  // The text with a list in the place of each row, which holds its number.
  let frame = '';
  let copied = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (const [start, end] of rowsIn(text)) {
    frame += `${text.slice(copied, start)}[${rows.length}]`;
    copied = end;
    rows.push(parseJson(text.slice(start, end), options));
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return withRows(parseJson(frame + text.slice(copied), options), rows);
}

/** Where the lists and objects in outermost lists begin and end. */
function* rowsIn(text: string): Generator<[start: number, end: number]> {
  let listDepth = 0;
  let start = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text[index]) {
      case '"':
        index = endOfString(text, index);
        break;
      case '[':
      case '{':
        depth += 1;
        if (listDepth === 0 && text[index] === '[') listDepth = depth;
        else if (depth === listDepth + 1) start = index;
        break;
      case ']':
      case '}':
        if (listDepth > 0 && depth === listDepth + 1) yield [start, index + 1];
        if (depth === listDepth) listDepth = 0;
        depth -= 1;
    }
  }
}

/** Puts the rows into the outermost lists of what the frame says. */
function withRows(frame: unknown, rows: readonly unknown[]): unknown {
  if (Array.isArray(frame)) return frame.map((item) => (Array.isArray(item) ? rows[item[0]] : item));
  if (typeof frame !== 'object' || frame === null || frame instanceof LongNumber) return frame;
  return Object.fromEntries(Object.entries(frame).map(([name, value]) => [name, withRows(value, rows)]));
}
