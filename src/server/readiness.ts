import type { Plugin } from 'graphql-yoga';

/** Answers `/ready` with 200 or 503. It never calls an API: probes must not spend its budget. */
export function useReadiness(isReady: () => boolean): Plugin {
  return {
    onRequest({ url, fetchAPI, endResponse }) {
      // Compared as it is: a pattern to match against would be the dearest thing that happens to most requests here.
      if (url.pathname !== '/ready') return;
      endResponse(new fetchAPI.Response(null, { status: isReady() ? 200 : 503 }));
    },
  };
}
