import { LongNumber, plainDigits } from '../http/json/lossless-json.ts';

/** Whether it is a number that JavaScript's own cannot hold exactly. */
export function isLongNumber(value: unknown): value is LongNumber {
  return value instanceof LongNumber;
}

/** The longest integer that a double may hold, with its sign. */
const MAX_DIGITS = 310;

/** The number, unless a JavaScript number cannot hold it exactly: `1e400` would be infinite. */
export function exactlyNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (!(value instanceof LongNumber) || value.digits.length > MAX_DIGITS || value.digits.includes('.')) return null;
  const number = Number(value.digits);
  return Number.isFinite(number) && BigInt(number) === BigInt(value.digits) ? number : null;
}

/** The range of GraphQL's Int: 32 bits with a sign. */
const [MIN_INT, MAX_INT] = [-(2 ** 31), 2 ** 31 - 1];

/**
 * A whole number, also as text, or null where it is beyond 32 bits, or an empty text. What is no number is given back as it
 * is: its scalar makes an error of it.
 */
export function intOrNull<Value>(value: Value): Value | null {
  if (value === '') return null;
  const number = numberIn(value);
  return number !== undefined && (number < MIN_INT || number > MAX_INT) ? null : value;
}

/** The same for a Float: null where a double might round the number. */
export function floatOrNull<Value>(value: Value): Value | null {
  if (value === '') return null;
  const number = numberIn(value);
  return number !== undefined && Math.abs(number) > Number.MAX_SAFE_INTEGER ? null : value;
}

function numberIn(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/** How many rows an API says there are, perhaps as text; undefined for what is no count. */
export function countIn(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d+(?:\.0+)?$/.test(value.trim()) ? Number(value) : value;
  return Number.isSafeInteger(count) && (count as number) >= 0 ? (count as number) : undefined;
}

/**
 * A list, which may be null where it has no members, an object of numbered ones, as PHP writes a list that has gaps, or the
 * only member that there is, where that can be told; undefined for anything else.
 */
export function listIn(value: unknown, isMember: (value: unknown) => boolean = () => false): unknown[] | undefined {
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  if (isMember(value)) return [value];
  const names = Object.keys(Object(value));
  const hasGaps = names.some((name, index) => name !== String(index));
  return hasGaps && names.every((name) => /^\d+$/.test(name)) ? Object.values(Object(value)) : undefined;
}

/** An HTTP status from 400 to 599, perhaps as text, also with its words (`404 Not Found`); undefined for anything else. */
export function errorStatusIn(value: unknown): number | undefined {
  const status = Number(typeof value === 'string' ? /^\d{3}\b/.exec(value)?.[0] : value);
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
}

const YES: readonly unknown[] = [true, 'true', 1, '1'];
const NO: readonly unknown[] = [false, 'false', 0, '0'];

/** A flag in any of the forms that the APIs have for it; null for anything else. */
export function flagIn(value: unknown): boolean | null {
  const flag = typeof value === 'string' ? value.toLowerCase() : value;
  if (YES.includes(flag)) return true;
  return NO.includes(flag) ? false : null;
}

/** A number's decimal digits, never in exponent form. */
export function digitsOf(value: unknown): string | null {
  if (value instanceof LongNumber) return value.digits;
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return plainDigits(String(value));
}

/** A word or an id of an API as text, numbers with all their digits; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : digitsOf(value);
}

/** The members of a set as text; null when the value is none. */
export function membersOf(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  return value.map((member) =>
    typeof member === 'string' ? member : (digitsOf(member) ?? JSON.stringify(plainJson(member))),
  );
}

/** Many programs that read JSON, routers among them, go no deeper than 128 levels in a whole answer. */
const DEEPEST = 100;

/** The value with long numbers as text: JavaScript's JSON has none. Throws a `RangeError` for one nested too deeply. */
export function plainJson(value: unknown, depth = 0): unknown {
  if (isLongNumber(value)) return value.digits;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) throw new RangeError('JSON cannot represent what is nested so deeply.');
  if (Array.isArray(value)) return value.map((member) => plainJson(member, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainJson(member, depth + 1)]));
}
