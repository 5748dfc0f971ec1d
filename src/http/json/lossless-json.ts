const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Shorter numbers are held exactly by a double: its largest safe integer, 2^53 − 1, has 16 digits. */
const LONG = 16;

/** Found wherever there is one, and in some texts in quotes as well. Looking for it costs a third of the parsing. */
const LONG_NUMBER = /(?:^|[:,[\s])-?[\d.]{16}/;

/** A number of more digits than a double holds. As text it is its digits. */
export class LongNumber {
  /** All of them, never in exponent form: `12345678901234567.25`. */
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toString(): string {
    return this.digits;
  }
}

export interface ParseOptions {
  /**
   * Reads `[1,]`, `{"a":1,}`, control characters that stand as they are, and `NaN` as null too, as some answers are written.
   * Only tried when strict parsing failed.
   */
  lenient?: boolean;
  /**
   * Gives numbers that a double would round as `LongNumber`, where a text of digits must not be taken for a number. With
   * `decimals` only those with a fraction or an exponent, and integers as text.
   */
  exactNumbers?: boolean | 'decimals';
}

/**
 * `JSON.parse`, except that integers beyond ±(2^53 − 1) come as strings of their digits, so that none is rounded.
 * Smaller integers stay numbers: read ids with `String(…)`. Throws a `SyntaxError` for what is not JSON, and takes time in
 * proportion to the text. What is nested 2,000 levels deep comes as null.
 */
export function parseJson(text: string, { lenient = false, exactNumbers = false }: ParseOptions = {}): unknown {
  let whole = mayBeDeep(text) ? cutAtDepth(text) : text;
  let parsed: unknown;
  try {
    parsed = JSON.parse(whole);
  } catch (error) {
    if (!lenient) throw error;
    whole = mended(whole);
    parsed = JSON.parse(whole);
  }
  // A reviver costs several times the parsing, so it is for the few texts that have such a number.
  if (exactNumbers ? !LONG_NUMBER.test(whole) : !hasUnsafe(parsed)) return parsed;
  return JSON.parse(whole, (_key: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' && source !== undefined && source.length >= LONG
      ? revived(value, source, exactNumbers)
      : value,
  );
}

/** Whether there is a number beyond ±(2^53 − 1). It takes a tenth of the time in which such a text is looked for. */
function hasUnsafe(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasUnsafe);
  // Faster than a list of what is in it.
  for (const name in value) if (hasUnsafe((value as Record<string, unknown>)[name])) return true;
  return false;
}

/** As `parseJson` reads it; undefined for what is not JSON. */
export function jsonIn(...given: Parameters<typeof parseJson>): unknown {
  try {
    return parseJson(...given);
  } catch {
    return undefined;
  }
}

/**
 * Deeper values are of no use: whoever writes them out gives up much earlier. V8 calls revivers by recursion, and some of
 * its versions write beyond their memory over a mistake that stands 8,192 levels deep.
 */
const DEEPEST = 2_000;

/** Whether a text has as many brackets as a deep value needs. */
function mayBeDeep(text: string): boolean {
  if (text.length < DEEPEST) return false;
  let count = 0;
  for (const bracket of '[{') {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count === DEEPEST) return true;
    }
  }
  return false;
}

/** A JSON text with nulls in the place of what is nested too deeply. */
function cutAtDepth(text: string): string {
  let depth = 0;
  let kept = '';
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    // Square brackets are 32 below curly ones.
    const bracket = code | 0x20;
    if (bracket === OPENING) {
      depth += 1;
      if (depth === DEEPEST) kept += `${text.slice(start, index)}null`;
    } else if (bracket === CLOSING) {
      if (depth === DEEPEST) start = index + 1;
      depth -= 1;
    }
  }
  // What does not end is a mistake in any case.
  return depth >= DEEPEST ? kept : kept + text.slice(start);
}

function revived(value: number, source: string, exactNumbers: boolean | 'decimals'): unknown {
  const isPlainInteger = /^-?\d+$/.test(source);
  if (isPlainInteger) {
    if (Number.isSafeInteger(value)) return value;
    return exactNumbers === true ? new LongNumber(source) : source;
  }
  if (!exactNumbers || significant(source) === significant(String(value))) return value;
  // A few characters of exponent can stand for any number of zeros: beyond a double's range they stay unwritten.
  if (/e/i.test(source) && (value === 0 || !Number.isFinite(value))) return value;
  const digits = plainDigits(source);
  return exactNumbers === true || digits.includes('.') ? new LongNumber(digits) : digits;
}

/** The digits that make up a number, whatever its size: of `-0.0120` and of `1.2e7` they are `12`. */
function significant(number: string): string {
  const digits = number.replace(/e.*|[-.]/gi, '');
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  return digits.slice(start, end);
}

const EXPONENT_FORM = /^(-?)(\d+)(?:\.(\d+))?e([+-]?\d+)$/i;

/** All digits of a number in exponent form, without it: `-1.25e-3` is `-0.00125`, and `1.25e3` is `1250`. */
export function plainDigits(number: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] = EXPONENT_FORM.exec(number) ?? [];
  if (whole === '') return number;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const integer = digits
    .slice(0, point)
    .padEnd(point, '0')
    .replace(/^0+(?=\d)/, '');
  return sign + (point < digits.length ? `${integer}.${digits.slice(point)}` : integer);
}

/** What is mended outside of strings, and where one begins. */
const ODD = /"|,(?=\s*[\]}])|-?\b(?:NaN|Infinity)\b|\p{Cc}/gu;

function mended(text: string): string {
  let kept = '';
  let end = 0;
  for (const { 0: odd, index } of text.matchAll(ODD)) {
    // It stands in a string.
    if (index < end) continue;
    kept += text.slice(end, index);
    end = index + odd.length;
    if (odd === '"') {
      end = endOfString(text, index) + 1;
      kept += text.slice(index, end).replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
    } else if (odd.length > 1) kept += 'null';
    else if (odd !== ',') kept += ' ';
  }
  return kept + text.slice(end);
}

/** Where a JSON string ends that begins at `start`; at the end of the text if it does not. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** Whether the character at `index` follows an odd number of backslashes. */
function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/** `JSON.stringify`, of what `parseJson` gives with `exactNumbers`: read again it is the same. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, exactly);
}

/** The library's types do not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

function exactly(_name: string, value: unknown): unknown {
  if (value instanceof LongNumber) return rawJSON(value.digits);
  // Written without an exponent it would be read as a `LongNumber`.
  const isLong = Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong ? rawJSON((value as number).toExponential()) : value;
}
