/** Finds secrets in text that somebody else wrote: by the name before them, and by their own form. */

/** What stands in the place of a secret. */
export const MASK = '…';

/** The long words count at the end of a longer one too, as in `authtoken`. */
const WORDS =
  '(?:[a-z]*(?:password|passwd|passphrase|secret|token|api[ _-]?key|credential)|pass|pwd|pin|otp|jwt|auth|authorization|' +
  'cookie|signature|session|(?:access|private|signing|encryption)[ _-]?key)s?';

/** A part of an identifier begins and ends where its letters do, and at the humps of `camelCase`. */
const SECRET_PART =
  '(?:(?<![a-zA-Z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]))' +
  `(?i:${WORDS})(?:(?![a-zA-Z])|(?<=[a-z])(?=[A-Z]))`;

/** Matches names of secrets: `access_token`, `clientSecret`, `X-Api-Key`; not `secretary`. */
export const SECRET_NAME = new RegExp(SECRET_PART);

/** How prose goes on after such a name. Any other word is taken for the secret itself. */
const PROSE =
  '(?i:please|an?|the|this|that|it|is|are|was|were|has|have|had|must|should|may|can|cannot|could|will|would|does|did|' +
  'not|no|and|or|for|from|in|of|on|at|to|by|with|too|only|already|never|expected|valid|invalid|missing|wrong|required|' +
  'expired|unknown|empty|blank|null|none|undefined|revoked|incorrect|denied|failed|rejected|refused|disabled|optional|' +
  'malformed|unsupported|short|long|weak|see|use|try|log)(?![\\w=/+-])';

/** Words of prose have no digits, and no capitals inside. */
const RANDOM = '(?=[^\\s"]*(?:\\d|[a-z][A-Z]))';

const QUOTE = '\\\\*["\'`]';

/** A value without quotes ends at a space, before the punctuation there. */
const BARE = `(?!${QUOTE})[^\\s"]*[^\\s"'\`.,:;!?)\\]}>]`;

/** After the scheme of an `Authorization` header, and with the further pairs of a cookie. */
const VALUE = `(?:(?i:basic|bearer|digest|negotiate|token)\\s+)?${BARE}(?:;\\s*[\\w-]+=${BARE})*`;

/** What stands between a name and its secret, and how far the secret goes then. */
const NAMED = [
  [`(?:\\s*[:=]>?\\s*|\\s+(?i:is|was):?\\s+|\\s+)\\(?(?<quote>${QUOTE})`, '(?:(?!\\k<quote>)(?:\\\\.|.))*'],
  ['\\s*[:=]>?\\s*', '[[{].*'],
  ['\\s*=>?\\s*', VALUE],
  [`(?:\\s*:\\s*|\\s+(?i:is|was):?\\s+)(?!${PROSE})`, VALUE],
  [`\\s+${RANDOM}`, VALUE],
].map(
  ([between, secret]) =>
    new RegExp(
      `(${SECRET_PART}[\\w-]*(?:\\.[\\w-]+)*(?: (?:key|id|code|value))?(?:${QUOTE})?${between})${secret}`,
      'gs',
    ),
);

/** Credentials that show what they are: those of HTTP, signed tokens, and keys with the prefix of who issues them. */
const CREDENTIAL = new RegExp(
  `(?<=\\b(?i:bearer)\\s+)(?!(?i:token|authentication)|${PROSE})${BARE}|(?<=\\b(?i:basic|digest)\\s+)${RANDOM}${BARE}` +
    '|\\beyJ[\\w-]{6,}(?:\\.[\\w-]+)*|\\b[sr]k_(?:live|test)_\\w+|\\b(?:gh[opsu]|xox[a-z]|glpat|whsec)[_-][\\w-]+',
  'g',
);

/** The text with `MASK` in the place of every secret. */
export function withoutSecrets(text: string): string {
  return NAMED.reduce((rest, secret) => rest.replace(secret, `$1${MASK}`), text).replace(CREDENTIAL, MASK);
}
