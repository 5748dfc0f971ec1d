import { randomBytes } from 'node:crypto';

/** Opaque names of the forms the seed shows. */

/** `SOR_767yUpsMJoTWi0mz`. */
export function systemIdentifier(): string {
  return `SOR_${letters(16)}`;
}

/** `FACA_1518ddb56f2234933400dd0af9`. */
export function attributeIdentifier(): string {
  return `FACA_${randomBytes(13).toString('hex')}`;
}

/** `tBqL8qvvAhfyAQ`. */
export function apiKey(): string {
  return randomBytes(11).toString('base64url').slice(0, 14);
}

/** `1522771731812-vl9cUtxfZtMl`: the millisecond and twelve characters. */
export function requestId(now: number): string {
  return `${now}-${letters(12)}`;
}

/** 24 hexadecimal digits. */
export function jid(): string {
  return randomBytes(12).toString('hex');
}

/** What a login hands out: letters, digits, `-` and `_`. */
export function authToken(): string {
  return randomBytes(24).toString('base64url');
}

function letters(count: number): string {
  return randomBytes(count * 2)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .padEnd(count, '0')
    .slice(0, count);
}
