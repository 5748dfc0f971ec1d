import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { bearer, startIdentityProvider } from '../support/identity-provider.ts';
import { type CorpusOutcomes, expectSameThrough, outcomesDirectly } from './corpus.ts';
import { judge, routersAreThere, type Served } from './router-programs.ts';
import { ROUTER_SECRET, ROUTERS, type RouterName } from './routers.ts';
import { testFollowing } from './subscription.ts';
import { ask, type Customer, type Supergraph, startSupergraph } from './supergraph.ts';

const NAMES = Object.keys(ROUTERS) as RouterName[];

/** What a page of orders has. */
const PAGE = 25;

const WITH_PROFILES: GatewayOptions = { sor: { profiles: 90 } };

const TRACE = '0af7651916cd43dd8448eb211c80319c';

interface NamedCustomer extends Customer {
  firstName: string | null;
}

describe.runIf(routersAreThere())('a supergraph', { timeout: 60_000 }, () => {
  let supergraph: Supergraph;
  let customers: NamedCustomer[];
  let direct: CorpusOutcomes;

  beforeAll(async () => {
    await using gateway = await startGateway(WITH_PROFILES);
    const { data } = await gateway.query(
      '{ customerProfiles(first: 90) { nodes { id customerId customerIdType firstName } } }',
    );
    // One call looks up profiles by one kind of id.
    customers = data.customerProfiles.nodes.filter((one: Customer) => one.customerIdType === 'USER_ID');
    supergraph = await startSupergraph(gateway, customers);
    direct = await outcomesDirectly(supergraph);
  }, 120_000);

  afterAll(() => supergraph?.[Symbol.asyncDispose]());

  /** A new gateway, which the routers find from now on. */
  async function gatewayBehind(options?: GatewayOptions): Promise<Gateway> {
    const gateway = await startGateway(options);
    supergraph.gateway = gateway;
    supergraph.headers();
    return gateway;
  }

  describe.each(NAMES)('through %s', (name) => {
    const itself = judge(ROUTERS[name].judge);
    let router: Served;
    beforeAll(() => {
      router = supergraph.routers[name];
    });
    testFollowing({ ...ROUTERS[name], judge: itself }, () => router, gatewayBehind);

    test('every operation of the corpus gives the same data and errors as directly, for the same calls', async (context) => {
      const result = await expectSameThrough(name, supergraph, direct);
      found(context, itself, result, Object.values(ROUTERS[name].differs));
    });

    test('a page of orders or visits of another subgraph reaches its customers in one call', async (context) => {
      await using gateway = await gatewayBehind(WITH_PROFILES);
      // Orders know a customer by both keys of the graph, visits by the customer’s own id alone.
      for (const { list, skip } of [0, PAGE].flatMap((skip) => [
        { list: 'orders', skip },
        { list: 'visits', skip },
      ])) {
        const { data, errors } = await ask(
          router,
          `query ($skip: Int!, $first: Int!) { ${list}(skip: $skip, first: $first) { customer { customerId firstName } } }`,
          { skip, first: PAGE },
        );
        expect(errors).toBeUndefined();
        const expected = customers.slice(skip, skip + PAGE);
        expect(data[list]).toEqual(
          expected.map(({ customerId, firstName }) => ({ customer: { customerId, firstName } })),
        );
        const [call, ...others] = gateway.sorCalls();
        const ids = new URLSearchParams(call?.split('?')[1]).get('customer_ids')?.split(',');
        expect(ids?.toSorted()).toEqual(expected.map(({ customerId }) => customerId).toSorted());
        expect(others).toEqual([]);
      }
      found(context, itself, `1 call for ${PAGE} customers`);
    });

    test('profiles have their orders, and an order of a customer unknown here keeps its keys', async (context) => {
      await using _gateway = await gatewayBehind({ sor: { profiles: 2 } });
      const known = customers[0];
      // Only the first profiles are there.
      const unknown = customers[PAGE];
      const { data, errors } = await ask(
        router,
        `query ($skip: Int!) {
          customerProfiles(first: 1) { nodes { customerId orders { number } } }
          orders(skip: $skip, first: 1) { customer { customerId firstName } }
        }`,
        { skip: PAGE },
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        customerProfiles: {
          nodes: [{ customerId: known?.customerId, orders: [{ number: 0 }, { number: customers.length }] }],
        },
        orders: [{ customer: { customerId: unknown?.customerId, firstName: null } }],
      });
      found(context, itself);
    });

    test('orders keep what is known without an API that is down, and the error says which one that is', async (context) => {
      await using gateway = await gatewayBehind(WITH_PROFILES);
      gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });
      const { data, errors } = await ask(router, '{ orders(first: 1) { number customer { customerId firstName } } }');
      const customer = { customerId: customers[0]?.customerId, firstName: null };
      expect(data).toEqual({ orders: [{ number: 0, customer }] });
      expect(errors).toMatchObject([
        {
          path: expect.arrayContaining(['orders', 'customer']),
          extensions: { code: 'UPSTREAM_UNAVAILABLE' },
        },
      ]);
      expect(errors?.[0]?.extensions['upstream']).toMatchObject({ api: 'SOR', status: 501 });
      found(context, itself);
    });

    test('more customers than an operation may name are a clear error, and no call', async (context) => {
      await using gateway = await gatewayBehind({ ...WITH_PROFILES, env: { MAX_ENTITIES: '10' } });
      const { data, errors } = await ask(router, '{ orders(first: 11) { customer { firstName } } }');
      expect(data.orders).toHaveLength(11);
      // Hive's own planner repeats it for every order.
      const said = new Set(errors?.map(({ message, extensions }) => `${extensions.code}: ${message}`));
      expect([...said]).toEqual([expect.stringMatching(/^BAD_USER_INPUT: .* at most 10 .* not 11/)]);
      expect(gateway.sorCalls()).toEqual([]);
      found(context, itself);
    });

    test('whoever owns node finds every kind of object by the id that this graph gave out', async (context) => {
      await using gateway = await gatewayBehind({ ...WITH_PROFILES, hood: { rows: 1 } });
      const { data } = await gateway.query(`{
        attributeImports(first: 1) { nodes { id importId } }
        customerData(first: 1) { nodes { id hoodId } }
        gdprRequests(first: 1) { nodes { id hoodId } }
        hoodExports(first: 1) { nodes { id hoodId } }
        profileProperties(first: 1) { nodes { id hoodId } }
        systemsOfRecord(first: 1) { nodes { id identifier } }
        customerProfiles(first: 1) { nodes { id customerId } }
      }`);
      const objects = Object.values<{ nodes: Record<string, string>[] }>(data).map(({ nodes: [first] }) => first);
      expect(objects).toHaveLength(7);
      for (const object of objects) {
        const answer = await ask(
          router,
          `query ($id: ID!) {
            node(id: $id) {
              id
              ... on AttributeImport { importId }
              ... on CustomerData { hoodId }
              ... on CustomerProfile { customerId }
              ... on GdprRequest { hoodId }
              ... on HoodExport { hoodId }
              ... on ProfileProperty { hoodId }
              ... on SystemOfRecord { identifier }
            }
          }`,
          { id: object?.['id'] },
        );
        expect(answer).toEqual({ data: { node: object } });
      }
      found(context, itself);
    });

    test('a list is paged by cursors, and every row met once', async (context) => {
      await using gateway = await gatewayBehind({ hood: { rows: 31 } });
      const all = await gateway.query('{ gdprRequests(first: 100) { nodes { hoodId } } }');
      const rows: unknown[] = [];
      let page = { hasNextPage: true, endCursor: null };
      while (page.hasNextPage) {
        const { data } = await ask(
          router,
          'query ($after: String) { gdprRequests(first: 8, after: $after) { nodes { hoodId } pageInfo { hasNextPage endCursor } } }',
          { after: page.endCursor },
        );
        rows.push(...data.gdprRequests.nodes);
        page = data.gdprRequests.pageInfo;
      }
      expect(rows).toEqual(all.data.gdprRequests.nodes);
      expect(rows.length).toBeGreaterThan(31);
      found(context, itself);
    });

    test('trace and authorization reach this gateway, and no API behind it', async (context) => {
      await using gateway = await gatewayBehind();
      const headers = { authorization: 'Bearer of-a-client', traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
      const { errors } = await ask(
        router,
        '{ customerData(first: 1) { totalCount } systemsOfRecord { totalCount } }',
        {},
        headers,
      );
      expect(errors).toBeUndefined();
      const [received, ...others] = supergraph.headers();
      expect(received).toMatchObject(headers);
      expect(others).toEqual([]);
      const calls = [...gateway.hood.calls, ...gateway.sor.api.calls];
      expect(calls).toHaveLength(2);
      const upstream = JSON.stringify(calls.map((call) => call.headers));
      for (const value of ['of-a-client', TRACE, ROUTER_SECRET]) expect(upstream).not.toContain(value);
      found(context, itself);
    });

    test('AUTH=secret lets the router in that has the secret, and nobody else', async (context) => {
      const query = '{ customerData(first: 1) { totalCount } }';
      const withSecret = (GATEWAY_SECRET: string) => gatewayBehind({ env: { AUTH: 'secret', GATEWAY_SECRET } });
      {
        await using gateway = await withSecret(ROUTER_SECRET);
        expect(await ask(router, query)).toEqual({ data: { customerData: { totalCount: 5 } } });
        gateway.hoodCalls();
        const { data, errors } = await ask(supergraph.direct, query);
        expect([data, errors?.map(({ extensions }) => extensions.code)]).toEqual([undefined, ['UNAUTHENTICATED']]);
        expect(gateway.hoodCalls()).toEqual([]);
      }
      await using gateway = await withSecret('a-secret-of-others');
      const answer = await ask(router, query);
      expect(answer.data?.customerData ?? null).toBe(null);
      expect(answer.errors).toHaveLength(1);
      expect(JSON.stringify(answer)).not.toContain(ROUTER_SECRET);
      expect(gateway.hoodCalls()).toEqual([]);
      found(context, itself);
    });

    test('a token that a client sends says who calls, beside the secret of the router', async (context) => {
      await using provider = await startIdentityProvider();
      const env = { ...provider.settings, AUTH: 'jwt,secret', GATEWAY_SECRET: ROUTER_SECRET };
      await using gateway = await gatewayBehind({ env });
      const query = '{ systemOfRecord(identifier: "SOR_XXXX") { name apiKeys } }';
      const withScope = async (scope: string) => ask(router, query, {}, bearer(await provider.token({ scope })));
      const name = 'Insurance back office';
      expect(await withScope('secrets:read')).toEqual({ data: { systemOfRecord: { name, apiKeys: ['XXXXXXXX'] } } });
      for (const answer of [await withScope('pii:read'), await ask(router, query)]) {
        expect(answer.data).toEqual({ systemOfRecord: { name, apiKeys: null } });
        expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      }
      gateway.sorCalls();
      const refused = await ask(router, query, {}, bearer(await provider.token({ exp: 1 })));
      expect([refused.data?.systemOfRecord ?? null, refused.errors?.length, gateway.sorCalls()]).toEqual([null, 1, []]);
      found(context, itself);
    });
  });
});
