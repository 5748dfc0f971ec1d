import type { Plugin } from 'graphql-yoga';

/** Answers with the public keys (RFC 7517) that check the signatures of files. */
export function useFileKeys(jwks: () => Promise<object>): Plugin {
  return {
    onRequest({ url, fetchAPI: { Response }, endResponse }) {
      if (url.pathname !== '/.well-known/jwks.json') return undefined;
      return jwks().then((keys) => endResponse(Response.json(keys)));
    },
  };
}
