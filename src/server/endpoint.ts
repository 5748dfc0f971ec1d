import type { FetchAPI, Plugin } from 'graphql-yoga';
import type { ServerContext } from './front-door.ts';

/** Answers all requests for one path. Node's own request and answer are there for requests that came over the network. */
export function useEndpoint(
  path: string,
  answer: (fetchAPI: FetchAPI, { req }: Partial<ServerContext>) => Response | Promise<Response>,
): Plugin {
  return {
    // Not asynchronous, and the path compared as it is: most requests only pass by here.
    onRequest({ url, fetchAPI, serverContext, endResponse }) {
      if (url.pathname !== path) return undefined;
      return Promise.resolve(answer(fetchAPI, (serverContext ?? {}) as Partial<ServerContext>)).then(endResponse);
    },
  };
}
