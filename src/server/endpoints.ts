import type { FetchAPI } from 'graphql-yoga';
import type { ServerContext, ServerPlugin } from './front-door.ts';

/** Answers a request. Node's own request is there for those that came over the network. */
export type Endpoint = (
  request: Request,
  fetchAPI: FetchAPI,
  context: Partial<ServerContext>,
) => Response | Promise<Response>;

/** Answers all requests for some paths. */
export function useEndpoints(endpoints: Readonly<Record<string, Endpoint>>): ServerPlugin {
  const byPath = new Map(Object.entries(endpoints));
  return {
    // Not asynchronous, and paths compared as they are: most requests only pass by here.
    onRequest({ request, url, fetchAPI, serverContext, endResponse }) {
      const answer = byPath.get(url.pathname);
      if (!answer) return undefined;
      return Promise.resolve(answer(request, fetchAPI, serverContext)).then(endResponse);
    },
  };
}
