import { ApolloLink, HttpLink, Observable } from '@apollo/client';
import { print } from 'graphql';
import { createClient, type Sink } from 'graphql-sse';

/**
 * For `new ApolloClient({ link: linkTo('http://127.0.0.1:4000/graphql') })`: sends subscriptions as requests for
 * server-sent events, which Apollo Client does not read by itself, and everything else as usual. `headers` is called for
 * each operation, for credentials: `() => ({ authorization: … })`.
 */
export function linkTo(url: string, headers: () => Record<string, string> = () => ({})): ApolloLink {
  const sse = createClient({ url, headers });
  const events = new ApolloLink(
    ({ query, variables, operationName }) =>
      new Observable((observer) => sse.subscribe({ query: print(query), variables, operationName }, observer as Sink)),
  );
  const withHeaders = new ApolloLink((operation, forward) => {
    operation.setContext({ headers: headers() });
    return forward(operation);
  });
  const http = withHeaders.concat(new HttpLink({ uri: url }));
  return ApolloLink.split(({ operationType }) => operationType === 'subscription', events, http);
}
