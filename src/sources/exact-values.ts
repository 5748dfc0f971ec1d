import { plainDigits } from '../http/json/long-numbers.ts';
import { LongDecimal } from '../http/json/lossless-json.ts';

/** Whether it is a number that JavaScript's own cannot hold exactly. */
export function isLongNumber(value: unknown): value is bigint | LongDecimal {
  return typeof value === 'bigint' || value instanceof LongDecimal;
}

/** The number, unless a JavaScript number cannot hold it exactly. */
export function exactlyNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') return null;
  const number = Number(value);
  return BigInt(number) === value ? number : null;
}

/** A number's decimal digits, never in exponent form. */
export function digitsOf(value: unknown): string | null {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof LongDecimal) return value.digits;
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return plainDigits(String(value));
}

/** The members of a set as text; null when the value is none. */
export function membersOf(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  return value.map((member) =>
    typeof member === 'string' ? member : (digitsOf(member) ?? JSON.stringify(member)),
  );
}
