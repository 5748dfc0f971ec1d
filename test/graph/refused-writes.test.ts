import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { API_KEY, CUSTOM, set } from './resources/sor/attribute-changes.ts';

const CREATE = `mutation ($input: CreateProfilePropertyInput!) {
  outcome: createProfileProperty(input: $input) { __typename ... on UserError { message } }
}`;
const RENAME = `mutation ($input: RenameSystemOfRecordInput!) {
  outcome: renameSystemOfRecord(input: $input) { __typename ... on UserError { message } }
}`;
const TOKEN = 'canary-token';

async function refusedByHood(body: object, input: object = { label: 'tier' }) {
  await using gateway = await startGateway({ hood: { token: TOKEN } });
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 400, body });
  // Whether the label is taken is asked next, and refused likewise.
  return await outcome(gateway, CREATE, input, JSON.stringify(body), 2);
}

async function refusedBySor(status: number, error_message: string, name = 'Payment app') {
  await using gateway = await startGateway({ sor: { token: TOKEN } });
  const body = { status: '400', success: false, error_message };
  gateway.sor.api.dials.fault = ({ line }) => (line.startsWith('PUT') ? { kind: 'status', status, body } : undefined);
  return await outcome(gateway, RENAME, { identifier: CUSTOM, name }, error_message);
}

/** What the caller reads; the log has nothing of it. */
async function outcome(gateway: Gateway, query: string, input: object, words: string, failures = 1): Promise<string> {
  const { data, errors } = await gateway.query(query, { input });
  expect(errors).toBeUndefined();
  expect(data.outcome.__typename).toBe('UpstreamRejectedError');
  const { message } = data.outcome;
  const said = message.replace(/^(?:Hood|System of Record) rejected the request(?: with status \d+)?: /, '');
  expect(said).not.toBe(message);
  expect(gateway.logged).toHaveLength(failures);
  for (const word of words.match(/[\w-]{5,}/g) ?? [])
    if (!/^system/i.test(word)) expect(gateway.logged.join('\n')).not.toContain(word);
  return said;
}

test('title and message of a write that Hood refuses reach the caller', async () => {
  const message = 'A property with this label already exists.';
  expect(await refusedByHood({ title: 'Bad request.', message })).toBe(`Bad request. ${message}`);
  expect(await refusedByHood({ title: message, message })).toBe(message);
  expect(await refusedByHood({ message })).toBe(message);
});

test.each([
  'Only custom systems can be renamed: "Payment app" is an app.',
  'Param `attribute_key` is not valid: it\'s "client_type", expected [a-z_]',
  `The system ${CUSTOM} is named "Payment app" already.`,
  'Expected at most 256 characters / 2025-02-06T11:33:46Z, 100000 values (ISO-8601)',
])('a sentence of the System of Record is kept: %s', async (sentence) => {
  const expected = `${sentence.replace(/\.$/, '')}.`;
  expect(await refusedBySor(400, sentence)).toBe(expected);
  expect(await refusedBySor(200, sentence)).toBe(expected);
});

test.each<[sentence: string, shown: string]>([
  [`Your ${TOKEN} may not do that`, 'Your … may not do that.'],
  [`token: ${TOKEN.toUpperCase()}x is wrong`, 'token: … is wrong.'],
  ['It belongs to jean.dupont+x@example.com, ask there', 'It belongs to …, ask there.'],
  ['Call +33 6 12 34 56 78 or 0033612345678', 'Call … or ….'],
  ['See https://user:pw@api.example.com/x?api_key=1', 'See ….'],
  ['Password: hunter, api_key="abc"', 'Password: …, api_key="…".'],
  ['Campaign 12345678 uses it, not 1234', 'Campaign … uses it, not 1234.'],
  ['Key tBqL8qvvAhfyAQ of SOR-SDK_2a116e0767a7dc76e85d566', 'Key … of ….'],
  ['Trace 1b4e28ba-2fa1-11d2-883f-0016d3cca427.', 'Trace ….'],
  ['two\n lines\u0007', 'two lines.'],
])('only what may be secret is masked in it: %s', async (sentence, shown) => {
  expect(await refusedBySor(400, sentence)).toBe(shown);
  expect(await refusedByHood({ title: sentence })).toBe(shown);
});

test('what the caller sent is not masked, unless it is personal whoever sent it', async () => {
  expect(await refusedBySor(400, 'Summer2025campaign 1234567 is taken', 'Summer2025campaign 1234567')).toBe(
    'Summer2025campaign 1234567 is taken.',
  );
  const input = { label: 'jean@example.com', description: 'Asked for by Jeanne Canary', example: 'Gold Member' };
  const title = 'No jean@example.com for Jeanne Canary, a Gold Member.';
  expect(await refusedByHood({ title }, input)).toBe('No … for …, a Gold Member.');
});

test('the key that the gateway adds is masked, and the value that is wrong is told', async () => {
  await using gateway = await startGateway();
  const errorMessage = `Key ${API_KEY}: value "Gold Plated" of client_type is not allowed`;
  gateway.sor.feed.dials.fault = () => ({ kind: 'status', status: 400, body: { success: false, errorMessage } });
  const { result } = await set(gateway, [{ key: 'client_type', change: { string: 'Gold Plated' } }]);
  expect(result.message).toBe(
    'System of Record rejected the request with status 400: Key …: value "Gold Plated" of client_type is not allowed.',
  );
});

test('a long answer is cut, and never inside a secret', async () => {
  const shown = await refusedBySor(400, `${'x '.repeat(495)}${'1234567890'.repeat(50)} end`);
  expect(shown).toBe(`${'x '.repeat(495)}….`);
});

test('a read that is refused says all that the API said', async () => {
  await using gateway = await startGateway();
  const body = { title: 'Bad request.', message: 'The sort field of jean@example.com is wrong.' };
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 400, body });
  const { errors } = await gateway.query('{ gdprRequests { nodes { hoodId } } }');
  expect(errors?.map(({ message }) => message)).toEqual([
    'Hood rejected the request with status 400: Bad request. The sort field of … is wrong.',
  ]);
});
