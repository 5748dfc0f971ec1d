import { setImmediate } from 'node:timers/promises';
import { endOfString, LongNumber, type ParseOptions, parseJson } from './lossless-json.ts';

/** Shorter texts are better parsed at once, which takes a few milliseconds. */
export const LONG_TEXT = 500_000;

/** So many characters of rows are parsed at once, or a little more: a call of the parser takes longer than a short row. */
const STRETCH_LENGTH = 16_000;

/** How long others wait at most, in milliseconds. */
const SLICE_MS = 10;

const QUOTE = 0x22;
const LIST = 0x5b;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Some members of an outermost list, and where the first begins and the last ends in the text. */
type Stretch = [start: number, end: number, rows: unknown[]];

/**
 * The same as `parseJson`. The lists and objects in outermost lists are parsed some at a time, and others go first every
 * few milliseconds.
 */
export async function parseInSlices(text: string, options: ParseOptions): Promise<unknown> {
  const stretches: unknown[][] = [];
  // The text with a list in the place of each stretch of rows, which holds its number.
  let frame = '';
  let copied = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (const [start, end, rows] of stretchesIn(text, options)) {
    frame += `${text.slice(copied, start)}[${stretches.length}]`;
    copied = end;
    stretches.push(rows);
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return withRows(parseJson(frame + text.slice(copied), options), stretches);
}

/**
 * Stretches of members of outermost lists: each begins and ends with a list or an object. Where one ends is looked for by
 * what stood between the first two rows, which is a quarter of the work of counting brackets: what begins with a row and
 * is JSON ends with one. Where it is not, brackets are counted from then on.
 */
function* stretchesIn(text: string, options: ParseOptions): Generator<Stretch> {
  const parsed = (from: number, to: number) => parseJson(`[${text.slice(from, to)}]`, options) as unknown[];
  let between: string | undefined;
  let listDepth = 0;
  let depth = 0;
  let start = 0;
  let end = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Square brackets are 32 below curly ones.
    const bracket = code | 0x20;
    if (code === QUOTE) index = endOfString(text, index);
    else if (bracket === OPENING) {
      depth += 1;
      if (listDepth === 0 && code === LIST) listDepth = depth;
      if (depth !== listDepth + 1) continue;
      if (end > start) {
        between ??= text.slice(end - 1, text.indexOf(':', index));
        continue;
      }
      start = index;
      const least = start + STRETCH_LENGTH;
      // Looked for nearby only: where it does not come again, each stretch would be looked through to the end of the text.
      const found = between ? text.slice(least, least + STRETCH_LENGTH).indexOf(between) : -1;
      if (found < 0) continue;
      const next = least + found;
      try {
        yield [start, next + 1, parsed(start, next + 1)];
        index = next;
        start = end = next + 1;
        depth -= 1;
      } catch {
        between = '';
      }
    } else if (bracket === CLOSING) {
      if (listDepth > 0 && depth === listDepth + 1) end = index + 1;
      const isLast = depth === listDepth;
      if (end > start && (isLast || end - start >= STRETCH_LENGTH)) {
        yield [start, end, parsed(start, end)];
        start = end;
      }
      if (isLast) listDepth = 0;
      depth -= 1;
    }
  }
}

/** Puts the rows into the outermost lists of what the frame says. */
function withRows(frame: unknown, stretches: readonly unknown[][]): unknown {
  if (Array.isArray(frame)) return frame.flatMap((item) => (Array.isArray(item) ? (stretches[item[0]] ?? []) : [item]));
  if (typeof frame !== 'object' || frame === null || frame instanceof LongNumber) return frame;
  return Object.fromEntries(Object.entries(frame).map(([name, value]) => [name, withRows(value, stretches)]));
}
