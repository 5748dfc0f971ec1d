import { type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APIS } from '../../src/graph/upstream-api.ts';
import { callsOf, type Example, examplesFor } from '../../src/server/graphiql/graphiql.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const BOTH = APIS.map(({ name: api, title }) => ({ api, title }));
const SANDBOX = examplesFor({ isSandbox: true, apis: BOTH });

/** The only operation of an example. */
function operationIn({ operation }: Example): OperationDefinitionNode {
  const [definition, ...others] = parse(operation).definitions;
  if (definition?.kind !== 'OperationDefinition' || others.length > 0) throw new Error(`Expected one: ${operation}`);
  return definition;
}

const nameOf = (example: Example) => operationIn(example).name?.value ?? '';
const named = (name: string) => SANDBOX.find((example) => nameOf(example) === name) as Example;

/** Sends an example as its tab would, with one part of its text changed. */
const send = (gateway: Gateway, { operation, variables }: Example, [part, by] = ['', '']) =>
  gateway.query(operation.replace(part, by), JSON.parse(variables ?? '{}'));

interface Rows {
  nodes?: unknown[];
  edges?: unknown[];
}

describe('the examples of GraphiQL', () => {
  /** As `npm start` fills its stand-ins; what one operation changes, the others still have. */
  let filled: Gateway;
  beforeAll(async () => {
    filled = await startGateway({ hood: { rows: 5_000 }, sor: { profiles: 10_000 } });
  });
  afterAll(() => filled[Symbol.asyncDispose]());

  describe.each([
    ['in the sandbox', { UPSTREAM: 'sandbox' }, ['HOOD', 'SOR']],
    ['with real data', { UPSTREAM: 'live' }, ['HOOD', 'SOR']],
    ['with Hood alone', { UPSTREAM: 'live', SOR_TOKEN: '' }, ['HOOD']],
    ['with SOR alone', { UPSTREAM: 'live', HOOD_TOKEN: '' }, ['SOR']],
  ])('%s', (_mode, env, names) => {
    const apis = BOTH.filter(({ api }) => names.includes(api));
    const examples = examplesFor({ isSandbox: env.UPSTREAM === 'sandbox', apis });

    test.each(examples.map((example) => [nameOf(example), example] as const))(
      '%s finds something, for the calls that it names',
      async (_name, example) => {
        // With the scopes that callers have by default.
        await using gateway = await startGateway({ beside: filled, env });
        const { data, errors } = await send(gateway, example);
        expect(errors).toBeUndefined();
        for (const [field, value] of Object.entries(data)) {
          expect([field, value]).toEqual([field, expect.any(Object)]);
          for (const rows of [(value as Rows).nodes, (value as Rows).edges]) expect(rows).not.toEqual([]);
          expect(String((value as { __typename?: string }).__typename)).not.toMatch(/Error$/);
        }
        const made = { HOOD: gateway.hoodCalls().length, SOR: gateway.sorCalls().length };
        expect(made).toEqual({ HOOD: 0, SOR: 0, ...callsOf(example.operation) });
      },
    );

    test('the first needs no variables, which GraphiQL would not fill in', () => {
      expect(examples[0]?.variables).toBeNull();
    });
  });

  test('the first joins both APIs', async () => {
    await using gateway = await startGateway({ beside: filled });
    const { gdprRequests } = (await send(gateway, SANDBOX[0] as Example)).data;
    const profiles = gdprRequests.nodes.map((node: { customerProfile: object }) => node.customerProfile);
    expect(profiles).toHaveLength(5);
    expect(profiles).not.toContain(null);
  });

  test('what writes is for the sandbox alone, after what reads', () => {
    const kinds = SANDBOX.map((example) => operationIn(example).operation);
    expect(kinds).toEqual(kinds.toSorted().reverse());
    expect(SANDBOX.slice(-3).map(nameOf)).toEqual(['DenyRequest', 'SetValue', 'CreateProperty']);
    const live = examplesFor({ isSandbox: false, apis: BOTH });
    expect(new Set(live.map((example) => operationIn(example).operation))).toEqual(new Set(['query']));
  });

  test('what DenyRequest says is true: without a reason there is no call', async () => {
    await using gateway = await startGateway({ beside: filled });
    const denied = (await send(gateway, named('DenyRequest'))).data.decideGdprRequest;
    expect(denied.gdprRequest).toEqual({ hoodId: '1000019', status: 'DENIED', rejectionReason: expect.any(String) });
    gateway.hoodCalls();
    const refused = (await send(gateway, named('DenyRequest'), ['"The invoices must be kept."', '""'])).data
      .decideGdprRequest;
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['rejectionReason'] }] });
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test('what SetValue says is true: CustomerById shows the value', async () => {
    await using gateway = await startGateway({ beside: filled });
    await send(gateway, named('SetValue'), ['Arsenal', 'Valencia']);
    await gateway.sor.settle();
    expect((await send(gateway, named('CustomerById'))).data.customerProfile.attribute.string).toBe('Valencia');
  });

  test('what CreateProperty says is true: Hood refuses its duplicate, and an empty label needs no call', async () => {
    await using gateway = await startGateway();
    const created = (await send(gateway, named('CreateProperty'))).data.createProfileProperty;
    expect(created.profileProperty.label).toBe('favorite_color');
    const again = (await send(gateway, named('CreateProperty'))).data.createProfileProperty;
    expect(again).toMatchObject({ __typename: 'UpstreamRejectedError', api: 'HOOD', status: 400 });

    gateway.hoodCalls();
    const unnamed = (await send(gateway, named('CreateProperty'), ['favorite_color', ''])).data.createProfileProperty;
    expect(unnamed.issues).toEqual([{ path: ['label'], message: 'Expected a label that is not empty.' }]);
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test('each has a name for its tab, lines that fit the editor, and cannot end the script of the page', () => {
    expect(new Set(SANDBOX.map(nameOf)).size).toBe(SANDBOX.length);
    for (const { operation } of SANDBOX) {
      for (const line of operation.split('\n')) expect(line.length).toBeLessThanOrEqual(54);
    }
    expect(JSON.stringify(SANDBOX)).not.toMatch(/<\/script|<!--/i);
  });
});
