import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { type Listening, listen } from '../support/listen.ts';
import { SCHEMAS, subgraphsAt } from './composition.ts';
import { GRAFBASE, grafbaseIsThere, startGrafbase } from './grafbase.ts';
import { judge, routersAreThere, type Served, serve } from './router-programs.ts';
import { ROUTER_SECRET } from './routers.ts';
import { testFollowing } from './subscription.ts';
import { ask, type Customer } from './supergraph.ts';

const PROFILES: GatewayOptions = { hood: { rows: 31 }, sor: { profiles: 60 } };

/** What a page of orders has. */
const PAGE = 25;

describe.runIf(routersAreThere() && grafbaseIsThere())(
  'through the native router of Grafbase',
  { timeout: 60_000 },
  () => {
    const itself = judge(GRAFBASE);
    const stack = new AsyncDisposableStack();
    let router: Served;
    let front: Listening;
    let gateway: Gateway;
    let customers: (Customer & { firstName: string | null })[];

    /** A new gateway, which the router finds from now on. */
    async function behind(options: GatewayOptions = PROFILES): Promise<Gateway> {
      gateway = await startGateway(options);
      return gateway;
    }

    beforeAll(async () => {
      await using first = await behind();
      const { data } = await first.query(
        '{ customerProfiles(first: 60) { nodes { id customerId customerIdType firstName } } }',
      );
      customers = data.customerProfiles.nodes.filter((one: Customer) => one.customerIdType === 'USER_ID');
      front = stack.use(await listen((request, response) => gateway.app(request, response)));
      const others = stack.use(await serve('subgraphs', SCHEMAS, JSON.stringify(customers)));
      router = stack.use(await startGrafbase(await subgraphsAt(front.origin, others.origin)));
    }, 60_000);

    afterAll(() => stack.disposeAsync());

    test('it composes the subgraph with others, and a page of orders reaches its customers in one call', async (context) => {
      await using current = await behind();
      const { data, errors } = await ask(
        router,
        'query ($first: Int!) { orders(first: $first) { customer { customerId firstName } } }',
        { first: PAGE },
      );
      expect(errors).toBeUndefined();
      const expected = customers
        .slice(0, PAGE)
        .map(({ customerId, firstName }) => ({ customer: { customerId, firstName } }));
      expect(data.orders).toEqual(expected);
      expect(current.sorCalls()).toHaveLength(1);
      found(context, itself, `1 call for ${PAGE} customers`);
    });

    testFollowing({ judge: itself }, () => router, behind);

    test('a list is paged by cursors, and every row met once', async (context) => {
      await using current = await behind();
      const all = await current.query('{ gdprRequests(first: 100) { nodes { hoodId } } }');
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
      found(context, itself);
    });

    test('orders keep what is known without an API that is down, and the error says which one that is', async (context) => {
      await using current = await behind();
      current.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });
      const { data, errors } = await ask(router, '{ orders(first: 1) { number customer { customerId firstName } } }');
      const customer = { customerId: customers[0]?.customerId, firstName: null };
      expect(data).toEqual({ orders: [{ number: 0, customer }] });
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { api: 'SOR' } } }]);
      found(context, itself);
    });

    test('AUTH=secret lets the router in that has the secret, and nobody else', async (context) => {
      const query = '{ customerData(first: 1) { totalCount } }';
      await using _right = await behind({ env: { AUTH: 'secret', GATEWAY_SECRET: ROUTER_SECRET } });
      expect((await ask(router, query)).data).toEqual({ customerData: { totalCount: 5 } });
      await using wrong = await behind({ env: { AUTH: 'secret', GATEWAY_SECRET: 'a-secret-of-others' } });
      const answer = await ask(router, query);
      expect(answer.data?.customerData ?? null).toBe(null);
      expect(answer.errors?.length).toBeGreaterThan(0);
      expect(JSON.stringify(answer)).not.toContain(ROUTER_SECRET);
      expect(wrong.hoodCalls()).toEqual([]);
      found(context, itself);
    });
  },
);
