import { STATUS_CODES } from 'node:http';
import querystring from 'node:querystring';
import type { Flight } from './flight.ts';
import { MASK, SECRET_NAME, withoutSecrets } from './secrets-in-text.ts';

/** What a request sent, decoded: none of it may come back in an error. Without a method it changes nothing. */
export type Sent = Pick<Flight, 'route' | 'path' | 'headers' | 'body' | 'isOwnCredential'> & {
  method?: string | undefined;
};

const LONGEST = 1_000;

/** Anything shorter would mask parts of ordinary words. */
const SHORTEST_SECRET = 3;

/** Members of bodies that are secret although they were sent: keys, and what a caller wants another server to be told. */
const SECRET_MEMBER = new RegExp(`${SECRET_NAME.source}|headers`);

/** A word with its apostrophes and hyphens, and the runs of letters in it. */
const WORD = /[\p{L}\p{M}'’-]+/gu;
const LETTERS = /[\p{L}\p{M}]{2,}/gu;

/** Several capitalised words in a row, as people are named: "Jean-Luc Picard", "Smith, John", "Ludwig van Beethoven". */
const CAPITALISED = "\\p{Lu}[\\p{L}\\p{M}'’-]{0,60}\\.?";
const PARTICLE = '(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|zu|ten) ';
const NAMES = new RegExp(
  `(?<![\\p{L}\\p{M}'’-])${CAPITALISED}(?:,? (?:${PARTICLE}){0,4}${CAPITALISED})+|\\p{Lo}[\\p{Lo} ]+`,
  'gu',
);

/** Of them the words that are masked. Initials would mask too much. */
const NAME = /^[\p{Lu}\p{Lo}]/u;

/** Capitalised words of error texts that are no names: those of HTTP's own phrases, and what both APIs are about. */
const ORDINARY = new Set(
  `${Object.values(STATUS_CODES).join(' ')} a an api attribute csv customer empty field filter gdpr hood id invalid json key
    label missing name no of only please profile property record sor system the this unknown url value wrong`
    .toLowerCase()
    .split(/[^a-z]+/),
);

/** Mail, web and network addresses, and telephone numbers: shown to nobody, whoever sent them. */
const ADDRESS = new RegExp(
  [
    '(?<![^\\s"\'<>(),;:])[^\\s"\'<>(),;:]+@[\\p{L}\\d.-]+',
    '(?<![a-z\\d+.-])(?:[a-z\\d+.-]+:\\/\\/|www\\.)[^\\s"\'<>]+',
    '(?<![\\w.-])(?:[\\w-]+\\.)+[a-z]{2,20}[:/][^\\s"\'<>]+',
    '\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b|(?<![\\da-f:])(?:[\\da-f]{0,4}:){4,7}[\\da-f]{1,4}',
    '\\+\\d[\\d ().-]{6,}\\d|\\(\\d{2,5}\\)[ -]?\\d[\\d -]{4,}\\d',
    '\\b\\d{3}(?<separator>[-. ])\\d{3}\\k<separator>\\d{4}\\b|\\b0\\d{1,4}[ /]\\d[\\d -]{4,}\\d',
  ].join('|'),
  'giu',
);

/** Words that may be ids, keys or tokens: many digits, digits among letters, hexadecimal ones, capitals as no word has them. */
const ID_LIKE =
  /\d{7}|(?=[A-Za-z]{0,7}\d)(?=\d{0,7}[A-Za-z])[A-Za-z\d]{8}|[A-Fa-f\d](?:-?[A-Fa-f\d]){15}|(?=[A-Za-z]{12})[A-Za-z]{0,60}(?:[a-z][A-Z]{2,}[a-z]|[A-Z]{5}[a-z])/;

/**
 * How what an API says about a call is shown to the caller whose call it was alone. Nobody else is told: not the log, nor
 * anybody who shares a call. Every word is kept, names that a writer gave included, but for what may be secret:
 *
 * - the call's own credential, secret members of its body, and what `withoutSecrets` finds;
 * - e-mail, web and network addresses, telephone numbers, and numbers of 12 digits or more, also if the caller sent them:
 *   answers are kept and shown in more places than what was sent;
 * - other numbers of 7 digits or more, and words that mix letters and digits as ids and keys do, unless the caller sent
 *   them;
 * - names of people in a read, and in a longer text of the caller's that is written, as far as they can be told:
 *   capitalised words in a row, and words of a script without capitals. Of a write, names that the API alone knows stay.
 *
 * Takes time in proportion to what was sent.
 */
export function sentenceMask(sent: Sent): (text: string) => string {
  const isRead = sent.method === undefined || sent.method === 'GET';
  const given = [...new Set(sentTexts(sent, SECRET_MEMBER))];
  const open = new Set(given);
  const credentials = Object.entries(sent.headers)
    .filter(([name]) => name !== 'accept' && name !== 'content-type')
    .flatMap(([, value]) => [value, value.split(' ').at(-1) ?? '']);
  const secrets = [...credentials, ...sentTexts(sent).filter((value) => !open.has(value))].filter(
    ({ length }) => length >= SHORTEST_SECRET,
  );
  const all = given.join('\n');
  return (text) => {
    // What is cut off might be the rest of a secret: the last word goes with it.
    const shown = text.length > LONGEST ? text.slice(0, LONGEST).replace(/\S*$/, MASK) : text;
    const lower = shown.toLowerCase();
    const isShownWhole = (name: string, value: string) => !isRead && name === value.trim() && shown.includes(name);
    const names = new Set(
      [...given, ...(isRead ? [shown] : [])]
        .flatMap((value) => (value.match(NAMES) ?? []).filter((name) => !isShownWhole(name, value)))
        .flatMap((name) => name.match(LETTERS) ?? [])
        .map((word) => (NAME.test(word) ? word.toLowerCase() : ''))
        .filter((word) => word !== '' && !ORDINARY.has(word)),
    );
    return withoutIds(
      secrets
        .filter((secret) => lower.includes(secret.toLowerCase()))
        .reduce((rest, secret) => rest.replaceAll(new RegExp(RegExp.escape(secret), 'giu'), MASK), shown)
        .replace(WORD, (word) => (word.match(LETTERS)?.some((part) => names.has(part.toLowerCase())) ? MASK : word)),
      all,
    )
      .replace(/…(?: …)+/g, MASK)
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim();
  };
}

/** The text without secrets and addresses. Takes time in proportion to its length. */
export function withoutAddresses(text: string): string {
  return withoutSecrets(text).replace(ADDRESS, MASK);
}

/** The same without ids: numbers of 12 digits or more, and what looks like an id that `given` does not have. */
function withoutIds(text: string, given: string): string {
  return withoutAddresses(text)
    .replace(/\d{12,}/g, MASK)
    .replace(/[\w-]+/g, (word) => (ID_LIKE.test(word) && !given.includes(word) ? MASK : word));
}

/** The values of its path, query and body, but for members of the body that `omitted` names. */
export function sentTexts({ route, path, body }: Pick<Sent, 'route' | 'path' | 'body'>, omitted?: RegExp): string[] {
  const [pathname = '', ...query] = path.split('?');
  const fixed = new Set(route.split('/'));
  const segments = pathname.split('/').filter((part) => !fixed.has(part));
  const values = new URLSearchParams(query.join('?')).values();
  // A redirect may have led to a path that is not encoded as it should be.
  return [...segments.map((segment) => querystring.unescape(segment)), ...values, ...leaves(body, omitted)];
}

/** Goes through a value of any depth. */
function leaves(value: unknown, omitted?: RegExp): string[] {
  const texts: string[] = [];
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === 'string') texts.push(next);
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, member] of Object.entries(next)) if (!omitted?.test(name)) left.push(member);
  }
  return texts;
}
