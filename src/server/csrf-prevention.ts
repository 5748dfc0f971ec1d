import type { Plugin } from 'graphql-yoga';

const JSON_TYPES = /^application\/(?:graphql\+)?json\b/;

/** Headers that no form of a web page can set; any of them says that the sender asked first. The last two are Apollo's. */
const ASKED_FIRST = ['x-graphql-upload', 'apollo-require-preflight', 'graphql-require-preflight'];

/** Whether it is an operation with files. */
export function isUpload({ method, headers }: Request): boolean {
  return method === 'POST' && /^multipart\/form-data\b/i.test(headers.get('content-type') ?? '');
}

/**
 * Refuses operations posted in any media type but JSON, or as a form that no web page can send unasked: what a page may
 * send to any address must not act through the gateway of whoever merely visits that page.
 */
export function useCsrfPrevention(): Plugin {
  return {
    // Whatever is parsed may be executed, on any path that Yoga takes for its own.
    onRequestParse({ request, fetchAPI, endResponse }) {
      if (request.method !== 'POST') return;
      if (JSON_TYPES.test(request.headers.get('content-type') ?? '')) return;
      if (isUpload(request) && ASKED_FIRST.some((name) => request.headers.get(name))) return;
      const error = {
        message:
          'Expected an operation as application/json, or with a file as multipart/form-data and the header x-graphql-upload.',
        extensions: { code: 'BAD_USER_INPUT' },
      };
      endResponse(fetchAPI.Response.json({ errors: [error] }, { status: 415 }));
    },
  };
}
