import { randomBytes } from 'node:crypto';

/** Letters and digits. */
export function randomLetters(count: number): string {
  return randomBytes(count).toString('base64').replace(/[+/]/g, 'x').slice(0, count);
}

/** Hexadecimal digits, two for each byte. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
