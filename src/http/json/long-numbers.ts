/** Shorter numbers are held exactly by a double: its largest safe integer, 2^53 − 1, has 16 digits. */
export const LONG = 16;

const QUOTE = 0x22;
const POINT = 0x2e;

/**
 * Whether a JSON text may hold a number of 16 digits or more; false only where it has none outside of quotes. Looks at
 * every 16th byte only, since a run of 16 cannot lie between two of them: in bytes that costs a tenth of the parsing.
 */
export function mayHaveLongNumbers(bytes: Uint8Array): boolean {
  for (let probe = LONG - 1; probe < bytes.length; probe += LONG) {
    if (!isDigitOrPoint(bytes[probe])) continue;
    let start = probe;
    while (isDigitOrPoint(bytes[start - 1])) start--;
    let end = probe + 1;
    while (isDigitOrPoint(bytes[end])) end++;
    // Most long runs of digits are ids in quotes.
    if (end - start >= LONG && bytes[start - 1] !== QUOTE) return true;
    probe = end;
  }
  return false;
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

function isDigitOrPoint(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || byte === POINT);
}
