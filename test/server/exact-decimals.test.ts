import { expect, test } from 'vitest';
import { API_KEY, CUSTOM, startRecordingFeed } from '../graph/resources/sor/attribute-changes.ts';
import { type Answer, startGateway } from '../support/gateway.ts';

/** Sets an attribute to what the variable says, which JSON.stringify would round. */
const mutation = (type: string, member: string) => `mutation ($value: ${type}) { setAttributeValues(input: {
  systemOfRecord: "${CUSTOM}"
  changes: [{ customerId: "a", key: "loyalty_points", change: { ${member}: $value } }]
}) { __typename } }`;

/** The same, all of its input in one variable. */
const WHOLE = `mutation ($input: SetAttributeValuesInput!) { setAttributeValues(input: $input) { __typename } }`;

const json = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
});

const withVariables = (query: string, variables: string) =>
  json(`{"query":${JSON.stringify(query)},"variables":${variables}}`);

const bodyWith = (digits: string) =>
  `{"sor":"${CUSTOM}","api_key":"${API_KEY}","customer_attribute_values":[{"customer_id":"a","attribute_key":"loyalty_points","attribute_value":${digits}}]}`;

const LONG: [written: string, digits: string][] = [
  ['12345678901234.56789', '12345678901234.56789'],
  ['9007199254740991.4', '9007199254740991.4'],
  ['-0.1234567890123456789', '-0.1234567890123456789'],
  ['1.2345678901234567890123e3', '1234.5678901234567890123'],
  ['9.223372036854775807E18', '9223372036854775807'],
  ['9223372036854775807', '9223372036854775807'],
  ['0.0000001', '0.0000001'],
];

test.each(LONG)('the number %s among the variables is sent with all its digits', async (written, digits) => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });

  await gateway.fetch('/graphql', withVariables(mutation('Decimal', 'exactNumber'), `{"value":${written}}`));

  expect(feed.bodies).toEqual([bodyWith(digits)]);
});

test.each(['12345678901234.56789', '-0.1234567890123456789', '9223372036854775807'])(
  'the number %s in the text of an operation is sent with all its digits, and so is its text',
  async (digits) => {
    await using feed = await startRecordingFeed();
    await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });
    const literal = mutation('Decimal', 'exactNumber').replace('($value: Decimal)', '');

    await gateway.query(literal.replace('$value', digits));
    await gateway.query(literal.replace('$value', `"${digits}"`));

    expect(feed.bodies).toEqual([bodyWith(digits), bodyWith(digits)]);
  },
);

test('a Float takes the nearest number to a decimal that it does not hold, as it does in an operation’s text', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });
  const float = mutation('Float', 'number');

  await gateway.fetch('/graphql', withVariables(float, '{"value":0.10000000000000001}'));
  await gateway.query(float.replace('($value: Float)', '').replace('$value', '0.10000000000000001'));

  const input = `{"systemOfRecord":"${CUSTOM}","changes":[
    {"customerId":"a","key":"loyalty_points","change":{"number":0.10000000000000001}},
    {"customerId":"b","key":"loyalty_points","change":{"exactNumber":0.10000000000000001}}
  ]}`;
  await gateway.fetch('/graphql', withVariables(WHOLE, `{"input":${input}}`));

  const sent = '"attribute_value":0.10000000000000001}';
  expect(feed.bodies).toEqual([
    bodyWith('0.1'),
    bodyWith('0.1'),
    bodyWith('0.1').replace(']', `,{"customer_id":"b","attribute_key":"loyalty_points",${sent}]`),
  ]);
});

test('a decimal in a form with a file keeps its digits too', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });
  const query = mutation('Decimal', 'exactNumber').replace('($value', '($file: Upload, $value');
  const both = query.replace(
    /\}$/,
    ` file: importAttributeValues(input: { systemOfRecord: "nowhere", file: $file }) { __typename } }`,
  );
  const form = new FormData();
  form.set('operations', `{"query":${JSON.stringify(both)},"variables":{"file":null,"value":12345678901234.56789}}`);
  form.set('map', '{"0":["variables.file"]}');
  form.set('0', new Blob(['user_id']), 'values.csv');

  const headers = { 'x-graphql-upload': '1' };
  await gateway.fetch('/graphql', { method: 'POST', headers, body: form });

  expect(feed.bodies).toEqual([bodyWith('12345678901234.56789')]);
});

test.each([
  ['ID', 'query ($value: ID!) { customerProfile(customerId: $value) { customerId } }'],
  ['Int', 'query ($value: Int) { gdprRequests(first: $value) { totalCount } }'],
  ['String', mutation('String', 'string')],
  ['Date', mutation('Date', 'date')],
])('a decimal of many digits is no %s, and the error says so without quoting it', async (_type, query) => {
  await using gateway = await startGateway();

  const response = await gateway.fetch('/graphql', withVariables(query, '{"value":12345678901234567.25}'));

  const { errors } = (await response.json()) as Answer;
  expect(errors).toMatchObject([
    {
      message: expect.stringMatching(/^`\$value`: expected [^.]*\.?[^.]*\.$/),
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toEqual([]);
});

test.each(['1e20', '1e400'])('the number %s, whose digits a double has lost, is no Decimal', async (written) => {
  await using gateway = await startGateway();

  const init = withVariables(mutation('Decimal', 'exactNumber'), `{"value":${written}}`);
  const { errors } = (await (await gateway.fetch('/graphql', init)).json()) as Answer;

  expect(errors).toMatchObject([
    {
      message: expect.stringContaining('expected decimal digits as text'),
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
});
