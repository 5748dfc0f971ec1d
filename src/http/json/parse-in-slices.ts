import { setImmediate } from 'node:timers/promises';
import { endOfString, LongNumber, type ParseOptions, parseJson } from './lossless-json.ts';

/** Shorter texts are better parsed at once, which takes a few milliseconds. */
export const LONG_TEXT = 500_000;

/** So many characters of rows are parsed at once: a call of the parser takes longer than a short row. */
const STRETCH_LENGTH = 16_000;

/** How long others wait at most, in milliseconds. */
const SLICE_MS = 10;

const QUOTE = 0x22;
const LIST = 0x5b;
const OPENING = 0x7b;
const CLOSING = 0x7d;

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
  for (const [start, end] of stretchesIn(text)) {
    frame += `${text.slice(copied, start)}[${stretches.length}]`;
    copied = end;
    stretches.push(parseJson(`[${text.slice(start, end)}]`, options) as unknown[]);
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return withRows(parseJson(frame + text.slice(copied), options), stretches);
}

/** Where stretches of members of outermost lists begin and end: each begins and ends with a list or an object. */
function* stretchesIn(text: string): Generator<[start: number, end: number]> {
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
      else if (depth === listDepth + 1 && end <= start) start = index;
    } else if (bracket === CLOSING) {
      if (listDepth > 0 && depth === listDepth + 1) end = index + 1;
      const isLast = depth === listDepth;
      if (end > start && (isLast || end - start >= STRETCH_LENGTH)) {
        yield [start, end];
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
