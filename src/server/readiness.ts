import type { Plugin } from 'graphql-yoga';

/** What `/ready` says of the process. */
export interface Readiness {
  /** Anything but `ready` is answered by status 503: other processes should get the requests. */
  status: 'ready' | 'draining' | 'shedding';
  /** What it does without meanwhile. All other processes do so too, so that taking this one away would not help. */
  degraded: readonly { readonly reason: string; readonly api?: string }[];
}

/** Answers `/ready` with 200 or 503, and why. It never calls an API: probes must not spend its budget. */
export function useReadiness(readiness: () => Readiness): Plugin {
  return {
    onRequest({ url, fetchAPI: { Response }, endResponse }) {
      // Compared as it is: a pattern to match against would be the dearest thing that happens to most requests here.
      if (url.pathname !== '/ready') return;
      const body = readiness();
      endResponse(Response.json(body, { status: body.status === 'ready' ? 200 : 503 }));
    },
  };
}
