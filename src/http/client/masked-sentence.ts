import { type Sent, sentTexts } from './sent.ts';

/** What stands in the place of a secret. */
const MASK = '…';

const LONGEST = 1_000;

/** Anything shorter would mask parts of ordinary words. */
const SHORTEST_SECRET = 3;

/** Members of bodies that are secret although they were sent: keys, and what a caller wants another server to be told. */
const SECRET_MEMBER = /api_key|headers|password|secret|token/i;

/** People, as reasons and descriptions name them. */
const NAMES = /\p{Lu}\p{L}+(?: \p{Lu}\p{L}+)+/gu;

/** Shown to nobody, whoever sent it: mail and web addresses, telephone and other long numbers. */
const PERSONAL = /[^\s"'<>(),;:]+@[\p{L}\d.-]+|[a-z][a-z\d+.-]*:\/\/\S+|\+\d[\d ().-]{6,}\d|\d{12,}/giu;

/** What stands after the name of a secret. */
const NAMED_SECRET = /\b((?:password|passwd|secret|token|api[ _-]?key)["']?\s*[:=]\s*["']?)[^\s"',;]+/gi;

/** What may be an id, a key or a token. */
const ID_LIKE = /[\w-]*(?:\d{7}|(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{8})[\w-]*/gi;

/**
 * What an API says about a write that it refused, as the caller who sent the write may read it. Nobody else is told: not
 * the log, nor the callers of a read. Every word is kept, names that the caller gave included, but for what may be secret:
 *
 * - the call's own credential, secret members of its body, and what follows a word such as "token" and a colon;
 * - e-mail and web addresses, telephone numbers, and numbers of 12 digits or more, also if the caller sent them: answers
 *   are kept and shown in more places than what was sent;
 * - other numbers of 7 digits or more, and words of 8 characters or more that mix letters and digits, unless the caller
 *   sent them: ids and keys look so;
 * - names of people, as far as they can be told: capitalised words in a row that are part of a longer text of the caller's.
 */
export function maskedSentence(text: string, sent: Sent): string {
  const given = new Set(sentTexts(sent, SECRET_MEMBER));
  const secrets = sentTexts(sent).filter((value) => !given.has(value));
  const names = [...given].flatMap((value) => (value.match(NAMES) ?? []).filter((name) => name !== value.trim()));
  const credentials = Object.entries(sent.headers)
    .filter(([name]) => name !== 'accept' && name !== 'content-type')
    .flatMap(([, value]) => [value, value.split(' ').at(-1) ?? '']);
  // What is cut off might be the rest of a secret: the last word goes with it.
  const isLong = text.length > LONGEST;
  const shown = isLong ? text.slice(0, LONGEST).replace(/\S*$/, MASK) : text;
  return [...credentials, ...secrets, ...names]
    .filter((value) => value.length >= SHORTEST_SECRET)
    .reduce((rest, value) => rest.replaceAll(new RegExp(RegExp.escape(value), 'giu'), MASK), shown)
    .replace(NAMED_SECRET, `$1${MASK}`)
    .replace(PERSONAL, MASK)
    .replace(ID_LIKE, (word) => ([...given].some((value) => value.includes(word)) ? word : MASK))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
