import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

const DENY = `mutation ($reason: String) {
  outcome: decideGdprRequest(input: { hoodId: "1000022", decision: DENY, rejectionReason: $reason }) {
    ... on UserError { message }
  }
}`;

/** What a caller reads who sent `reason` when Hood refuses with `message`. */
async function refusal(gateway: Gateway, message: string, reason = 'Wrong person'): Promise<string> {
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 400, body: { message } });
  const { data } = await gateway.query(DENY, { reason });
  return data.outcome.message.replace('Hood rejected the request with status 400: ', '');
}

test.each([
  ['access_token=abcdefg hij', 'access_token=… hij.'],
  ['client_secret: "abc defg", more', 'client_secret: "…", more.'],
  ['accessToken: x', 'accessToken: ….'],
  ['MyAPIKey = x', 'MyAPIKey = ….'],
  ['HOOD_TOKEN=x', 'HOOD_TOKEN=….'],
  ['pwd=x and passphrase: x', 'pwd=… and passphrase: ….'],
  ['Cookie: a=b; c=d, please', 'Cookie: …, please.'],
  ['Authorization: Basic dXNlcjpwYXNz was sent', 'Authorization: … was sent.'],
  ['Authorization: Bearer abcdefg was sent', 'Authorization: … was sent.'],
  ['Not for Bearer abcdefg', 'Not for Bearer ….'],
  ['Not for Basic dXNlcjpwYXNz', 'Not for Basic ….'],
  ['the token is x, not y', 'the token is …, not y.'],
  ['password "x" or password hunter2', 'password "…" or password ….'],
  ['password: swordfish is wrong', 'password: … is wrong.'],
  ['{"a": 1, "password": "pa\\"ss", "pwd":"abc"}', '{"a": 1, "password": "…", "pwd":"…"}.'],
  ['{\\"secret\\": \\"a b\\", \\"a\\": 1}', '{\\"secret\\": \\"…\\", \\"a\\": 1}.'],
  ['the tokens: ["a", "b"]', 'the tokens: ….'],
  ['host/x?api_key=abc&z=1', 'host/x?api_key=….'],
  ['sk_live_ABCDEFGHIJKLmnop is wrong', '… is wrong.'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ.sig-_abc is wrong', '… is wrong.'],
  ['eyJzdWIiOiJhYmMifQ is wrong', '… is wrong.'],
  ['deadbeef-cafe-babe-feed-abcdefabcdef is wrong', '… is wrong.'],
  ['dXNlcjpwYXNzd is wrong', '… is wrong.'],
])('a secret is masked: %s', async (sentence, shown) => {
  await using gateway = await startGateway();
  expect(await refusal(gateway, sentence)).toBe(shown);
});

test.each([
  'Missing token: please log in.',
  'Invalid password: too short.',
  'Secret: the key of this request is not valid.',
  'Bearer token is required.',
  'The token is expired.',
  'A property with this label already exists.',
  'Secretary: Jane, tokenizer: fine, client_type: gold.',
  'Status must be one of: pending, approved, denied.',
  'Field rejection_reason of customerProfileChanges must not be empty.',
  'The request of Mary Jones is closed.',
  'Wrong person: give another reason.',
])('prose is kept: %s', async (sentence) => {
  await using gateway = await startGateway();
  expect(await refusal(gateway, sentence)).toBe(sentence);
});

test.each([
  ['Deny John Smith.', 'The request of John Smith is closed', 'The request of … is closed.'],
  ['Mr John Smith asked', 'SMITH is closed', '… is closed.'],
  ['Wrong: Smith, John', 'John Smith is closed', '… is closed.'],
  ['Wrong: Jean-Luc Picard', 'Jean-Luc Picard is closed', '… is closed.'],
  ["Wrong: Mary O'Neil", "Mary O'Neil is closed", '… is closed.'],
  ['Wrong: Ludwig van Beethoven', 'Ludwig van Beethoven is closed', '… van … is closed.'],
  ['Wrong: 김민수', '김민수 is closed', '… is closed.'],
  ['John Smith', 'The reason John Smith is too short', 'The reason John Smith is too short.'],
])('of a name within the reason %j the words are masked', async (reason, sentence, shown) => {
  await using gateway = await startGateway();
  expect(await refusal(gateway, sentence, reason)).toBe(shown);
});

const WORDS = ['password', 'passwd', 'pwd', 'passphrase', 'secret', 'token', 'tokens', 'api key', 'credential'].concat([
  'cookie',
  'auth',
  'authorization',
  'jwt',
  'pin',
  'signature',
  'session',
  'private key',
  'access key',
  'api keys',
]);
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const SPELLINGS: ((words: string[]) => string)[] = [
  (words) => words.join('_'),
  (words) => words.join('-'),
  (words) => words.join('_').toUpperCase(),
  (words) => words.map(capital).join('-'),
  (words) => words.map(capital).join(''),
  ([first = '', ...others]) => first + others.map(capital).join(''),
];
const BETWEEN = ['=', ': ', ':', ' = ', ' => ', '": "', '":"', '\\": \\"', ' is "', " '", ' is: '];

test('whatever the secret, the spelling of its name and what stands between them, it is masked', async () => {
  await using gateway = await startGateway();
  const secret = fc.stringMatching(/^[a-z]{2,9}[Q-Z]{1,3}[!#$%&*+/=?@^_~.-]{0,2}[a-z]{1,9}$/);
  const other = fc.constantFrom('user', 'hood', 'x', 'new');
  const name = fc
    .tuple(fc.option(other), fc.constantFrom(...WORDS), fc.option(other), fc.constantFrom(...SPELLINGS))
    .map(([before, word, after, spelled]) => spelled(`${before ?? ''} ${word} ${after ?? ''}`.trim().split(' ')));
  const parts = [name, fc.constantFrom(...BETWEEN), secret] as const;
  await fc.assert(
    fc.asyncProperty(...parts, async (name, between, secret) => {
      const close = /\\?["']$/.exec(between)?.[0] ?? '';
      const shown = await refusal(gateway, `Your ${name}${between}${secret}${close} was refused`);
      expect(shown).toBe(`Your ${name}${between}…${close} was refused.`);
    }),
    { numRuns: 200 },
  );
});

test('sentences without names of secrets are kept, whatever their words and punctuation', async () => {
  await using gateway = await startGateway();
  const word = fc
    .stringMatching(/^[a-z]{1,11}$/)
    .filter((word) => !/pass|pwd|secret|token|key|cred|auth|basic/.test(word));
  const sentence = fc.array(fc.tuple(word, fc.constantFrom(' ', ', ', ': ', ' "', '" ', '; ')), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(sentence, async (words) => {
      const text = `Sorry: ${words.flat().join('')}end`;
      fc.pre(!/\b(?:pin|otp|jwt|cookie|signature|session|bearer|digest)s?\b/.test(text));
      expect(await refusal(gateway, text)).toBe(`${text}.`);
    }),
    { numRuns: 200 },
  );
});

test('a hostile answer does not keep the process busy', async () => {
  await using gateway = await startGateway();
  await refusal(gateway, 'warm');
  const before = process.threadCpuUsage();
  for (const unit of ['token', 'aA', 'token-', 'token.a', 'eyJ', '1a-', 'password=a;', '\\', 'token "', '+1']) {
    await refusal(gateway, unit.repeat(1_000 / unit.length), 'Max Muster, '.repeat(40));
  }
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(1_500);
});
