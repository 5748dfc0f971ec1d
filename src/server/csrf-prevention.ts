import type { Plugin } from 'graphql-yoga';
import type { PageOrigins } from './cors.ts';
import { refusal } from './refusal.ts';

const JSON_TYPES = /^application\/(?:graphql\+)?json\b/;

/** A character set that is not UTF-8: bytes are read as that. */
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?(?:utf-?8|us-ascii)\b)/i;

/** Headers that no form of a web page can set; any of them says that the sender asked first. The last two are Apollo's. */
const ASKED_FIRST = ['x-graphql-upload', 'apollo-require-preflight', 'graphql-require-preflight'];

/** Whether it is an operation with files. */
export function isUpload({ method, headers }: Request): boolean {
  return method === 'POST' && /^multipart\/form-data\b/i.test(headers.get('content-type') ?? '');
}

/**
 * Refuses operations that a page of another site makes a browser send, unless its origin is allowed; and those posted
 * in any media type but JSON, or as a form that a web page can send unasked, whatever the browser says or leaves out:
 * what a page may send to any address must not act through the gateway of whoever merely visits that page.
 */
export function useCsrfPrevention(origins: PageOrigins): Plugin {
  return {
    // Whatever is parsed may be executed, on any path that Yoga takes for its own.
    onRequestParse({ request }) {
      if (origins.isForeign(request)) {
        throw refusal(
          403,
          'FORBIDDEN',
          'Expected no operation from a page of another origin, unless CORS_ORIGINS of the gateway lists it.',
        );
      }
      if (request.method !== 'POST') return;
      const { headers } = request;
      const type = headers.get('content-type') ?? '';
      const isPlain = !OTHER_CHARSET.test(type) && /^(?:identity)?$/i.test(headers.get('content-encoding') ?? '');
      if (!isPlain) throw refusal(415, 'BAD_USER_INPUT', 'Expected a body in UTF-8, and without a Content-Encoding.');
      if (JSON_TYPES.test(type)) return;
      if (isUpload(request) && ASKED_FIRST.some((name) => headers.get(name))) return;
      const message =
        'Expected an operation as application/json, or with a file as multipart/form-data and the header x-graphql-upload.';
      throw refusal(415, 'BAD_USER_INPUT', message);
    },
  };
}
