/** Finds secrets in text that somebody else wrote: by the name before them, and by their own form. */

/** What stands in the place of a secret. */
export const MASK = '…';

/** The humps of `camelCase` tell parts of identifiers apart, so that the whole expression cannot ignore case. */
const anyCase = (words: string) => words.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** The long words count at the end of a longer one too, as in `authtoken`. Bounds keep long texts from taking long. */
const LONG_WORDS = anyCase('password|passwd|passphrase|secret|token|api[ _-]?key|credential');
const WORDS = anyCase(
  'pass|pwd|pin|otp|jwt|auth|authorization|cookie|signature|session|(?:access|private|signing|encryption)[ _-]?key',
);

/** A part of an identifier begins and ends where its letters do, and at humps. */
const SECRET_PART =
  '(?:(?<![a-zA-Z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]))' +
  `(?:[a-zA-Z]{0,40}(?:${LONG_WORDS})|${WORDS})[sS]?(?:(?![a-zA-Z])|(?<=[a-z])(?=[A-Z]))`;

/** Matches names of secrets: `access_token`, `clientSecret`, `X-Api-Key`; not `secretary`. */
export const SECRET_NAME = new RegExp(SECRET_PART);

/** How prose goes on after such a name. Any other word is taken for the secret itself. */
const PROSE = anyCase(
  'please|an?|the|this|that|it|is|are|was|were|has|have|had|must|should|may|can|cannot|could|will|would|does|did|not|' +
    'no|and|or|for|from|in|of|on|at|to|by|with|too|only|already|never|expected|valid|invalid|missing|wrong|required|' +
    'expired|unknown|empty|blank|null|none|undefined|revoked|incorrect|denied|failed|rejected|refused|disabled|' +
    'optional|malformed|unsupported|short|long|weak|see|use|try|log',
);
const NO_PROSE = `(?!(?:${PROSE})(?![\\w=/+-]))`;

/** Words of prose have no digits, and no capitals inside. */
const RANDOM = '(?=[^\\s"]*(?:\\d|[a-z][A-Z]))';

const QUOTE = '\\\\*["\'`]';

/** A value without quotes ends at a space, before the punctuation there. */
const BARE = `(?!${QUOTE})[^\\s"]*[^\\s"'\`.,:;!?)\\]}>]`;

/** After the scheme of an `Authorization` header, and with the further pairs of a cookie. */
const VALUE = `(?:(?:${anyCase('basic|bearer|digest|negotiate|token')})\\s+)?${BARE}(?:;\\s*[\\w-]+=${BARE})*`;

const IS = anyCase('is|was');

/** The rest of a name, taken whole: what comes next is no part of it, so that nothing is gained by trying less of it. */
const REST = '(?=(?<rest>[\\w-]{0,40}))\\k<rest>';

/** What stands between a name and its secret, and how far the secret goes then. */
const NAMED = [
  [`(?:\\s*[:=]>?\\s*|\\s+(?:${IS}):?\\s+|\\s+)\\(?(?<quote>${QUOTE})`, '(?:(?!\\k<quote>)(?:\\\\.|.))*'],
  ['\\s*[:=]>?\\s*', '[[{].*'],
  ['\\s*=>?\\s*', VALUE],
  [`(?:\\s*:\\s*|\\s+(?:${IS}):?\\s+)${NO_PROSE}`, VALUE],
  [`\\s+${RANDOM}`, VALUE],
].map(
  ([between, secret]) =>
    new RegExp(
      `(${SECRET_PART}${REST}(?:\\.[\\w-]{1,40}){0,4}(?: (?:key|id|code|value))?(?:${QUOTE})?${between})${secret}`,
      'gs',
    ),
);

/** Credentials after the name of their scheme. */
const SCHEMES = [
  `(\\b${anyCase('bearer')}\\s+)(?!(?:${anyCase('token|authentication')}))${NO_PROSE}${BARE}`,
  `(\\b(?:${anyCase('basic|digest')})\\s+)${RANDOM}${BARE}`,
].map((credential) => new RegExp(credential, 'g'));

/** Credentials that show what they are: signed tokens, and keys with the prefix of who issues them. */
const CREDENTIAL =
  /\beyJ[\w-]{6,}(?:\.[\w-]+)*|\b[sr]k_(?:live|test)_\w+|\b(?:gh[opsu]|xox[a-z]|glpat|whsec)[_-][\w-]+/g;

/** The text with `MASK` in the place of every secret. Takes time in proportion to its length. */
export function withoutSecrets(text: string): string {
  return [...NAMED, ...SCHEMES]
    .reduce((rest, secret) => rest.replace(secret, `$1${MASK}`), text)
    .replace(CREDENTIAL, MASK);
}
