const YES: readonly unknown[] = [1, '1', true];
const NO: readonly unknown[] = [0, '0', false];

/** Hood's flags: `0 | 1`, at times as text or as a real boolean. Null for anything else. */
export function hoodFlag(value: unknown): boolean | null {
  if (YES.includes(value)) return true;
  return NO.includes(value) ? false : null;
}

/** A nested object, or null where Hood has none: its back end writes an empty object as `[]`. */
export function hoodObject<Fields extends object>(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.keys(value).length > 0 ? (value as Fields) : null;
}

/** A web address, or null for what is none; other schemes than http and https are never passed on. */
export function webAddress(value: unknown): string | null {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : null;
}
