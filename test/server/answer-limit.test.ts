import { expect, test } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { partsOf } from '../support/parts.ts';

/** A gateway whose answers have 20,000 bytes at most, and a hundred requests to it of which each takes about 90. */
function withSmallAnswers(options: GatewayOptions = {}): Promise<Gateway> {
  return startGateway({ hood: { rows: 100 }, ...options, env: { MAX_ANSWER: '20kb', ...options.env } });
}

const TOO_LARGE = {
  message: 'Expected an answer of at most 20000 bytes: ask for fewer rows or fields at once.',
  extensions: { code: 'OPERATION_TOO_COSTLY', limit: 20_000 },
};

const requests = (first: number) => `{ gdprRequests(first: ${first}) { nodes { id hoodId status createTime } } }`;

test('an answer may have as many bytes as MAX_ANSWER says, and one with more is an error', async () => {
  await using gateway = await withSmallAnswers();
  const { data } = await gateway.query(requests(50));
  expect(data.gdprRequests.nodes).toHaveLength(50);
  const aliases = ['a', 'b', 'c'].map((name) => `${name}: ${requests(100).slice(1, -1)}`).join(' ');
  expect(await gateway.query(`{ ${aliases} }`)).toEqual({ data: null, errors: [TOO_LARGE] });
});

test('texts count as they are written', async () => {
  await using gateway = await withSmallAnswers();
  // Each character is written as six.
  gateway.hood.replace('gdprRequests', [{ id: '1', submission_reason: '\u0001'.repeat(4_000) }]);
  const answer = await gateway.query('{ gdprRequests { nodes { submissionReasonText } } }');
  expect(answer).toEqual({ data: null, errors: [TOO_LARGE] });
});

test('questions about the schema are under the same limit', async () => {
  await using gateway = await withSmallAnswers();
  const answer = await gateway.query('{ __schema { types { name description fields { name description } } } }');
  expect(answer).toEqual({ data: null, errors: [TOO_LARGE] });
});

test('errors are under it too', async () => {
  await using gateway = await withSmallAnswers();
  const long = 'x'.repeat(190);
  const mistakes = Array.from({ length: 90 }, (_, n) => `${long}${n}: node(id: "no id") { id }`).join(' ');
  expect((await gateway.query(`{ ${mistakes} }`)).errors).toEqual([TOO_LARGE]);
});

test.each(['multipart/mixed', 'text/event-stream'])('the parts of an answer count together: %s', async (accept) => {
  await using gateway = await withSmallAnswers();
  const query = `{ ${['a', 'b', 'c', 'd', 'e'].map((name) => `... @defer { ${name}: ${requests(100).slice(1, -1)} }`).join(' ')} }`;
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });
  const parts = await Array.fromAsync(partsOf(response));
  expect(parts.at(-1)).toMatchObject({ errors: [TOO_LARGE], hasNext: false });
});

test('a hundred errors at most, and one that says how many more, with and without later parts', async () => {
  await using gateway = await startGateway();
  gateway.sor.insertSystems(
    Array.from({ length: 150 }, (_, n) => ({ identifier: `SOR_${n}`, name: 'x', type: 'custom', apiKeys: [] })),
  );
  const query = (defer: string) => `{ systemsOfRecord(first: 150) { nodes { identifier apiKeys } } ${defer} }`;
  for (const accept of ['application/json', 'multipart/mixed']) {
    const response = await fetch(`${await gateway.listen()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: query('... @defer { __typename }') }),
    });
    const [{ errors = [] } = {}] =
      accept === 'application/json' ? [await response.json()] : await Array.fromAsync(partsOf(response));
    expect(errors).toHaveLength(101);
    expect(errors.at(-1)).toEqual({ message: '50 more errors are left out.', extensions: { code: 'FORBIDDEN' } });
  }
});

test('a mutation whose answer is too large tells what it wrote, and the one after it that it was not begun', async () => {
  await using gateway = await withSmallAnswers();
  gateway.sor.insertSystems([
    {
      ...{ identifier: 'SOR_LARGE', name: 'Large', type: 'custom', apiKeys: [] },
      attributes: Array.from({ length: 25 }, (_, n) => ({ key: `a_long_name_of_attribute_${n}`, type: 'String' })),
    },
  ]);
  const rename = (name: string, more: string) =>
    `renameSystemOfRecord(input: { identifier: "SOR_LARGE", name: "${name}" }) { __typename ${more} }`;
  const attributes = 'customerAttributes { key systemOfRecord { customerAttributes { key label } } }';
  const more = `... on RenameSystemOfRecordSuccess { systemOfRecord { identifier ${attributes} } }`;
  const { data, errors } = await gateway.query(`mutation { a: ${rename('A', more)} b: ${rename('B', '')} }`);
  // The system is what the mutation reads beside its result.
  expect(data).toEqual({ a: { __typename: 'RenameSystemOfRecordSuccess', systemOfRecord: null }, b: null });
  expect(errors).toMatchObject([
    { path: ['a', 'systemOfRecord'], extensions: TOO_LARGE.extensions },
    { path: ['b'], extensions: { ...TOO_LARGE.extensions, outcome: 'NOT_SENT' } },
  ]);
  expect(gateway.sorCalls().filter((call) => !call.startsWith('GET'))).toHaveLength(1);
});
