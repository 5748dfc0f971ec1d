/** What graphql-cop 1.15, a scanner of GraphQL servers, tries; and what it would report. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Gateway, startGateway } from '../support/gateway.ts';

const SECRET = 'sixteen-letters-and-more';
const LOCKED = { AUTH: 'secret', GATEWAY_SECRET: SECRET, INTROSPECTION: 'off', GRAPHIQL: 'off' };

describe('a scanner that has the secret finds nothing', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ env: LOCKED });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const send = (init: RequestInit, path = '/graphql') =>
    gateway.fetch(path, { ...init, headers: { accept: '*/*', 'x-gateway-secret': SECRET, ...init.headers } });

  /** Sends a body as JSON. */
  async function post(body: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return (await send({ method: 'POST', headers, body: JSON.stringify(body) })).json() as Promise<Answer>;
  }

  const ask = (query: string) => post({ query, operationName: 'cop' });
  const get = (query: string) => send({}, `/graphql?query=${encodeURIComponent(query)}`);

  test('it does reach the graph', async () => {
    expect(await ask('query cop { __typename }')).toEqual({ data: { __typename: 'Query' } });
  });

  test('introspection', async () => {
    const { data } = await ask('query cop { __schema { types { name fields { name } } } }');
    expect(data?.__schema).toBeUndefined();
  });

  test('circles of introspection', async () => {
    const types = ['type', 'fields', 'type', 'fields', 'type', 'fields', 'type'];
    const nested = types.reduceRight((inner, field) => `${field} { ${inner} }`, 'name');
    const { data } = await ask(`query cop { __schema { types { fields { ${nested} } } } }`);
    expect(data?.__schema).toBeUndefined();
  });

  test('suggestions of fields', async () => {
    const { errors } = await ask('query cop { __schema { directive } }');
    expect(errors?.[0]?.message).not.toContain('Did you mean');
  });

  test('an editor for browsers, at any of its usual places', async () => {
    for (const path of ['/', '/graphql', '/graphiql', '/playground', '/console']) {
      const page = await (await send({ headers: { accept: 'text/html' } }, path)).text();
      expect(page).not.toMatch(/graphiql|graphql[ -]playground/i);
    }
  });

  test('a hundred and one aliases', async () => {
    const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}: __typename`);
    expect((await ask(`query cop { ${aliases.join(' ')} }`)).data?.alias100).toBeUndefined();
  });

  test('five hundred times the same field', async () => {
    const { data } = await ask(`query cop { ${'__typename '.repeat(500)} }`);
    expect(data?.__typename).toBeUndefined();
  });

  test('ten directives that there are not', async () => {
    const { errors } = await ask(`query cop { __typename ${'@aa'.repeat(10)} }`);
    expect(errors?.length).not.toBe(10);
  });

  test('ten operations in one request', async () => {
    const batch = Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' }));
    expect(await post(batch)).toEqual({ errors: [expect.anything()] });
  });

  test('traces of the execution, and exceptions as they were thrown', async () => {
    for (const query of ['query cop { __typename }', 'qwerty cop { abc }']) {
      const answer = JSON.stringify(await ask(query));
      expect(answer).not.toMatch(/"(?:tracing|exception|stack)/);
    }
  });

  test('mutations by GET', async () => {
    const answer = (await (await get('mutation cop { __typename }')).json()) as Answer;
    expect(answer.data).toBeUndefined();
  });

  test('operations in forms', async () => {
    const body = new URLSearchParams({ query: 'query cop { __typename }' });
    const answer = (await (await send({ method: 'POST', body })).json()) as Answer;
    expect(answer.data).toBeUndefined();
  });

  // It reports this one: clients that name operations by their hash send them by GET, so that caches know them.
  test('queries by GET, which are taken', async () => {
    expect(await (await get('query cop { __typename }')).json()).toEqual({ data: { __typename: 'Query' } });
  });
});

test('a scanner without the secret is asked for it', async () => {
  await using gateway = await startGateway({ env: LOCKED });
  const answers = [
    await gateway.fetch('/graphql?query={__typename}'),
    await gateway.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{__typename}"}',
    }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
});
