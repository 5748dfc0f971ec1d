import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

/** Fragments of which each spreads the next one twice. */
function doubling(levels: number): string {
  const fragments = Array.from(
    { length: levels },
    (_, n) => `fragment F${n} on Query { __typename ...F${n + 1} @defer ...F${n + 1} @defer }`,
  );
  return `{ ...F0 } ${fragments.join(' ')} fragment F${levels} on Query { __typename }`;
}

test.each([
  ['{ gdprRequests @stream { totalCount } }', 'Stream directive cannot be used on non-list field'],
  ['{ gdprRequests { nodes @defer { hoodId } } }', 'Directive "@defer" may not be used on FIELD.'],
  ['mutation { ... @defer { __typename } }', 'Defer directive cannot be used on root mutation type'],
  ['{ gdprRequests { ... @defer { nope } } }', 'Cannot query field "nope"'],
  [
    '{ a: gdprRequests { ... @defer(label: "l") { totalCount } } b: gdprRequests { ... @defer(label: "l") { totalCount } } }',
    'label argument must be unique',
  ],
  [doubling(6), 'at most 50 places with @defer or @stream'],
  [`{ ${'... @defer { __typename } '.repeat(51)} }`, 'at most 50 directives'],
])('what is not allowed is refused before any call: %#', async (query, sentence) => {
  await using gateway = await startGateway();
  const { errors } = await gateway.query(query);
  expect(errors?.[0]?.message).toContain(sentence);
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each([{ count: -1 }, { count: null }, {}])('rows cannot be streamed from %j', async (variables) => {
  await using gateway = await startGateway();
  const query = 'query ($count: Int = -1) { gdprRequests { nodes @stream(initialCount: $count) { hoodId } } }';
  expect(await gateway.query(query, variables, { accept: '*/*' })).toEqual({
    errors: [{ message: 'Expected initialCount to be a number from 0.', extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect(gateway.hoodCalls()).toEqual([]);
});
