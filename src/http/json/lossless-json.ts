import { LONG, plainDigits } from './long-numbers.ts';

const QUOTE = 0x22;

const TRAILING_COMMA = /,(?=\s*[\]}])/g;

export interface ParseOptions {
  /** Reads `[1,]` and `{"a":1,}` too, as some answers are written. Only tried when strict parsing failed. */
  trailingCommas?: boolean;
  /**
   * Gives integers beyond ±(2^53 − 1) as `bigint`, and decimals of more digits than a double holds as `LongDecimal`,
   * where a text of digits must not be taken for a number. With `decimals` only those, and integers as text.
   */
  exactNumbers?: boolean | 'decimals';
  /** What `mayHaveLongNumbers` says of the text, if that is known already. */
  hasShortNumbers?: boolean;
}

/** A number with a fraction, of more digits than a double holds. */
export class LongDecimal {
  /** All of them, never in exponent form: `12345678901234567.25`. */
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/**
 * `JSON.parse`, except that integers beyond ±(2^53 − 1) come as strings of their digits, so that none is rounded.
 * Smaller integers stay numbers: read ids with `String(…)`. Throws a `SyntaxError` for what is not JSON.
 */
export function parseJson(
  text: string,
  { trailingCommas = false, exactNumbers = false, hasShortNumbers = false }: ParseOptions = {},
): unknown {
  const exact = hasShortNumbers ? text : quoteLongIntegers(text);
  const hasBigints = exactNumbers === true && exact !== text;
  if (hasBigints || (exactNumbers && !hasShortNumbers && hasLongDecimal(text)))
    return parseExactly(text, trailingCommas, exactNumbers === 'decimals' ? reviveDecimals : reviveExactly);
  try {
    return JSON.parse(exact);
  } catch (error) {
    if (!trailingCommas) throw error;
    return JSON.parse(withoutTrailingCommas(exact));
  }
}

/** A reviver costs many times the parsing, so it is for the few documents that have such a number. */
function parseExactly(text: string, trailingCommas: boolean, revive: typeof reviveExactly): unknown {
  try {
    return JSON.parse(text, revive);
  } catch (error) {
    if (!trailingCommas) throw error;
    return JSON.parse(withoutTrailingCommas(text), revive);
  }
}

function reviveExactly(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  if (typeof value !== 'number' || source === undefined) return value;
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source);
  if (significant(source) === significant(String(value))) return value;
  // A few characters of exponent can stand for any number of zeros: beyond a double's range they stay unwritten.
  if (/e/i.test(source) && (value === 0 || !Number.isFinite(value))) return value;
  const digits = plainDigits(source);
  return digits.includes('.') ? new LongDecimal(digits) : BigInt(digits);
}

function reviveDecimals(key: string, value: unknown, context?: { source?: string }): unknown {
  const exact = reviveExactly(key, value, context);
  return typeof exact === 'bigint' ? String(exact) : exact;
}

/** The digits that make up a number, whatever its size: of `-0.0120` and of `1.2e7` they are `12`. */
function significant(number: string): string {
  return number.replace(/e.*|[-.]/gi, '').replace(/^0+|0+$/g, '');
}

/** Whether digits with a point or an exponent may be more than a double holds, perhaps inside a string. */
function hasLongDecimal(text: string): boolean {
  for (let probe = LONG - 1; probe < text.length; probe += LONG) {
    if (!isDigitOrPoint(text, probe)) continue;
    let start = probe;
    while (isDigitOrPoint(text, start - 1)) start--;
    let end = probe + 1;
    while (isDigitOrPoint(text, end)) end++;
    if (end - start >= LONG && /[eE]/.test(text.charAt(end))) return true;
    if (end - start > LONG && text.slice(start, end).includes('.')) return true;
    probe = end;
  }
  return false;
}

/**
 * Puts quotes around the integers that `JSON.parse` would round. Looks at every 16th character only, since a run of
 * 16 digits cannot lie between two of them: that costs a twentieth of the parsing, where a reviver costs seven times it.
 */
function quoteLongIntegers(text: string): string {
  let result = '';
  let copied = 0;
  let isInString: ((index: number) => boolean) | undefined;
  for (let probe = LONG - 1; probe < text.length; probe += LONG) {
    if (!isDigit(text, probe)) continue;
    let start = probe;
    while (isDigit(text, start - 1)) start--;
    let end = probe + 1;
    while (isDigit(text, end)) end++;
    probe = end;
    // Most long runs of digits are ids in quotes, and nothing else would cost as much to look at.
    if (end - start < LONG || text.charCodeAt(start - 1) === QUOTE) continue;
    if (text[start - 1] === '-') start--;
    if (!standsAlone(text, start, end)) continue;
    const digits = text.slice(start, end);
    if (Number.isSafeInteger(Number(digits))) continue;
    isInString ??= stringTracker(text);
    if (isInString(start)) continue;
    result += `${text.slice(copied, start)}"${digits}"`;
    copied = end;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

/** Whether digits are a whole JSON number, unless they are inside a string. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (start > 0 && !/[:[,\s]/.test(text.charAt(start - 1))) return false;
  let next = end;
  while (next < text.length && text.charCodeAt(next) <= 0x20) next++;
  // A leading zero is left for JSON.parse to refuse.
  return /^-?[1-9]/.test(text.slice(start, start + 2)) && (next === text.length || /[,\]}]/.test(text.charAt(next)));
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0x30 && code <= 0x39;
}

function isDigitOrPoint(text: string, index: number): boolean {
  return isDigit(text, index) || text.charCodeAt(index) === 0x2e;
}

function withoutTrailingCommas(text: string): string {
  const isInString = stringTracker(text);
  return text.replaceAll(TRAILING_COMMA, (comma, index: number) => (isInString(index) ? comma : ''));
}

/** Tells whether a character is inside a JSON string. Goes through the text once: ask for ascending indexes. */
function stringTracker(text: string): (index: number) => boolean {
  let inString = false;
  let quote = text.indexOf('"');
  return (index) => {
    while (quote >= 0 && quote < index) {
      if (!inString || !isEscaped(text, quote)) inString = !inString;
      quote = text.indexOf('"', quote + 1);
    }
    return inString;
  };
}

/** Whether the character at `index` stands behind an odd number of backslashes. */
function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}
