import { ApolloClient, HttpLink, InMemoryCache, type TypePolicies } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { relayStylePagination } from '@apollo/client/utilities';

export const typePolicies: TypePolicies = {
  Query: { fields: { gdprRequests: relayStylePagination(['filter', 'orderBy']) } },
  // Parts of a row, without an `id`: each screen adds the fields that it selects, instead of replacing the others.
  GdprPerson: { merge: true },
  GdprRequestDeclaration: { merge: true },
  AttributeValue: { merge: true },
};

export const client = new ApolloClient({
  link: new HttpLink({ uri: 'http://127.0.0.1:4000/graphql' }),
  cache: new InMemoryCache({ typePolicies }),
  // Only where you use @defer.
  incrementalHandler: new Defer20220824Handler(),
});
