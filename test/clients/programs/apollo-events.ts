import { ApolloLink, HttpLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import { createClient, type Sink } from 'graphql-sse';

/** Sends subscriptions as requests for server-sent events, and everything else as usual. */
export function linkTo(url: string): ApolloLink {
  const sse = createClient({ url });
  const events = new ApolloLink(
    ({ query, variables, operationName }) =>
      new Observable((observer) => sse.subscribe({ query: print(query), variables, operationName }, observer as Sink)),
  );
  return ApolloLink.split(({ operationType }) => operationType === 'subscription', events, new HttpLink({ uri: url }));
}
