import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { listen } from './listen.ts';

/**
 * The other subgraphs: `subgraphs.ts <folder of schemas> <customers as JSON>` serves two orders and two visits of each
 * of these customers, at `/orders` and `/visits`.
 */
const [folder = '', customersText = '[]'] = process.argv.slice(2);

/** A customer as another service remembers it: by each key that it has in the graph. */
interface Customer {
  id: string;
  customerId: string;
  customerIdType: string;
}

interface Order {
  id: string;
  number: number;
  customer: Customer;
}

const customers: Customer[] = JSON.parse(customersText);
const orders = [...customers, ...customers].map(
  (customer, number): Order => ({ id: globalId('Order', number), number, customer }),
);

function globalId(typeName: string, key: number): string {
  return Buffer.from(`${typeName}:${key}`).toString('base64url');
}

/** Each id of the supergraph begins with its type. */
function typeOf(id: string): string {
  return Buffer.from(id, 'base64url').toString().split(':', 1)[0] ?? '';
}

const customerOf = (key: Partial<Customer>) => (one: Customer) =>
  key.customerId === one.customerId && key.customerIdType === one.customerIdType;

/** Orders are what visits lead to: of these there are as many. */
const page = (_root: unknown, { skip, first }: { skip: number; first: number }) => orders.slice(skip, skip + first);

const RESOLVERS = {
  orders: {
    Query: {
      orders: page,
      node: (_root: unknown, { id }: { id: string }) =>
        [...orders, ...customers].find((known) => known.id === id) ?? { id },
    },
    Node: { __resolveType: ({ id }: { id: string }) => typeOf(id) },
    Order: { __resolveReference: ({ id }: Order) => orders.find((order) => order.id === id) },
    CustomerProfile: {
      __resolveReference: (key: Partial<Customer>) => customers.find(customerOf(key)) ?? key,
      orders: (key: Partial<Customer>) => orders.filter(({ customer }) => customerOf(key)(customer)),
    },
  },
  visits: { Query: { visits: page } },
};

const served = Object.entries(RESOLVERS).map(([name, resolvers]) => {
  const typeDefs = parse(readFileSync(`${folder}/${name}.graphql`, 'utf8'));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers }]);
  return createYoga({ schema, graphqlEndpoint: `/${name}`, logging: false });
});

listen((request, response) => {
  served.find(({ graphqlEndpoint }) => graphqlEndpoint === request.url)?.(request, response);
});
