import { MASK, SECRET_NAME, withoutSecrets } from './secrets-in-text.ts';
import { type Sent, sentTexts } from './sent.ts';

const LONGEST = 1_000;

/** Anything shorter would mask parts of ordinary words. */
const SHORTEST_SECRET = 3;

/** Members of bodies that are secret although they were sent: keys, and what a caller wants another server to be told. */
const SECRET_MEMBER = new RegExp(`${SECRET_NAME.source}|headers`);

/** Several capitalised words in a row, as people are named: "Jean-Luc Picard", "Smith, John", "Ludwig van Beethoven". */
const CAPITALISED = "\\p{Lu}[\\p{L}\\p{M}'’-]*\\.?";
const PARTICLE = '(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|zu|ten) ';
const NAMES = new RegExp(`${CAPITALISED}(?:,? (?:${PARTICLE})*${CAPITALISED})+|\\p{Lo}[\\p{Lo} ]+`, 'gu');

/** Of them the words that are masked. Initials would mask too much. */
const NAME = /[\p{Lu}\p{Lo}][\p{L}\p{M}'’-]+/gu;

/** Shown to nobody, whoever sent it: mail and web addresses, telephone and other long numbers. */
const PERSONAL = /[^\s"'<>(),;:]+@[\p{L}\d.-]+|[a-z][a-z\d+.-]*:\/\/\S+|\+\d[\d ().-]{6,}\d|\d{12,}/giu;

/** Words that may be ids, keys or tokens: many digits, digits among letters, hexadecimal ones, capitals as no word has them. */
const ID_LIKE =
  /\d{7}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{8}|[A-Fa-f\d](?:-?[A-Fa-f\d]){15}|(?=[A-Za-z]{12})[A-Za-z]{0,60}(?:[a-z][A-Z]{2,}[a-z]|[A-Z]{5}[a-z])/;

/**
 * What an API says about a write that it refused, as the caller who sent the write may read it. Nobody else is told: not
 * the log, nor the callers of a read. Every word is kept, names that the caller gave included, but for what may be secret:
 *
 * - the call's own credential, secret members of its body, and what `withoutSecrets` finds;
 * - e-mail and web addresses, telephone numbers, and numbers of 12 digits or more, also if the caller sent them: answers
 *   are kept and shown in more places than what was sent;
 * - other numbers of 7 digits or more, and words that mix letters and digits as ids and keys do, unless the caller sent
 *   them;
 * - names of people in a longer text of the caller's, as far as they can be told: capitalised words in a row, and words
 *   of a script without capitals. Names that the API alone knows stay.
 */
export function maskedSentence(text: string, sent: Sent): string {
  const given = new Set(sentTexts(sent, SECRET_MEMBER));
  const secrets = sentTexts(sent).filter((value) => !given.has(value));
  const names = [...given]
    .flatMap((value) => (value.match(NAMES) ?? []).filter((name) => name !== value.trim() || !text.includes(name)))
    .flatMap((name) => name.match(NAME) ?? []);
  const credentials = Object.entries(sent.headers)
    .filter(([name]) => name !== 'accept' && name !== 'content-type')
    .flatMap(([, value]) => [value, value.split(' ').at(-1) ?? '']);
  // What is cut off might be the rest of a secret: the last word goes with it.
  const isLong = text.length > LONGEST;
  const shown = isLong ? text.slice(0, LONGEST).replace(/\S*$/, MASK) : text;
  const known = [...credentials, ...secrets]
    .filter((value) => value.length >= SHORTEST_SECRET)
    .map((value) => RegExp.escape(value));
  const patterns = [...known, ...names.map((name) => `(?<!\\p{L})${RegExp.escape(name)}(?!\\p{L})`)];
  return withoutSecrets(patterns.reduce((rest, pattern) => rest.replaceAll(new RegExp(pattern, 'giu'), MASK), shown))
    .replace(PERSONAL, MASK)
    .replace(/[\w-]+/g, (word) =>
      ID_LIKE.test(word) && ![...given].some((value) => value.includes(word)) ? MASK : word,
    )
    .replace(/…(?: …)+/g, MASK)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
