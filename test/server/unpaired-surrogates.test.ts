import { expect, test } from 'vitest';
import { type Answer, startGateway } from '../support/gateway.ts';
import { form, map, send } from './operation-forms.ts';

const HALVES = ['\\ud83d', '\\ude00', 'a\\ud83db', '\\ude00\\ud83d'];
const SENTENCE = 'expected whole characters, not an unpaired surrogate.';
const list = '{ customerData(filter: { target: { in: $v } }) { totalCount } }';

/** Sends JSON as it stands: `JSON.stringify` would do the same, but not show it. */
async function sendBody(body: string): Promise<{ answer: Answer; calls: string[] }> {
  await using gateway = await startGateway();
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await gateway.fetch('/graphql', { method: 'POST', headers, body });
  return { answer: (await response.json()) as Answer, calls: gateway.hoodCalls() };
}

test.each(HALVES)('%s in a variable is BAD_USER_INPUT with its place, however deep', async (half) => {
  for (const [type, value, place] of [
    ['String!', `"${half}"`, '$v'],
    ['[String!]!', `["a", "${half}"]`, '$v.1'],
    ['CustomerDataFilter', `{"target": {"in": ["${half}"]}}`, '$v.target.in.0'],
    ['CustomerDataFilter', `{"target": {"${half}": 1}}`, '$v.target'],
  ]) {
    const { answer, calls } = await sendBody(
      `{"query": "query ($v: ${type}) { __typename }", "variables": {"v": ${value}}}`,
    );
    expect(answer.errors).toEqual([{ message: `\`${place}\`: ${SENTENCE}`, extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(calls).toEqual([]);
  }
});

test.each(HALVES)('%s in a literal is BAD_USER_INPUT, escaped in it or not', async (half) => {
  for (const literal of [`\\"${half}\\"`, `\\"${half.replaceAll('\\', '\\\\')}\\"`, `\\"\\"\\"${half}\\"\\"\\"`]) {
    const { answer, calls } = await sendBody(`{"query": "${list.replace('$v', `[${literal}]`)}"}`);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(calls).toEqual([]);
  }
});

test('a pair is a character', async () => {
  const { answer, calls } = await sendBody(
    `{"query": "query ($v: [String!]) ${list}", "variables": {"v": ["\\ud83d\\ude00"]}}`,
  );
  expect(answer).toEqual({ data: { customerData: { totalCount: 0 } } });
  expect(calls).toHaveLength(1);
});

test('it is found in addresses and in forms as well', async () => {
  await using gateway = await startGateway();
  const query = 'query ($v: String) { __typename }';
  const address = new URLSearchParams({ query, variables: '{"v": "\\ud83d"}' });
  const response = await gateway.fetch(`/graphql?${address}`, { headers: { accept: 'application/json' } });
  expect(await response.json()).toMatchObject({ errors: [{ message: `\`$v\`: ${SENTENCE}` }] });
  const operations = [
    'operations',
    `{"query": "${query}", "variables": {"v": "\\ud83d", "input": {"file": null}}}`,
  ] satisfies [string, string];
  const answer = await send(await gateway.listen(), form(operations, map, ['0', 'a', 'a.csv']));
  expect(answer).toMatchObject({ errors: [{ message: `\`$v\`: ${SENTENCE}` }] });
});
