import type { CORSOptions, Plugin } from 'graphql-yoga';

/**
 * Lets pages of the listed origins read answers, and no others: not even `null`, the origin of sandboxed frames, which
 * Yoga's own list would let in. Cookies are of no use here and stay where they are.
 */
export function corsFor(origins: readonly string[]): (request: Request) => CORSOptions {
  return (request) => {
    const origin = request.headers.get('origin');
    return origin !== null && origins.includes(origin) ? { origin, credentials: false } : false;
  };
}

/** Tells caches between pages and gateway that every answer depends on who asks, as soon as any origin is listed. */
export function useVaryOrigin(origins: readonly string[]): Plugin {
  if (origins.length === 0) return {};
  return {
    onResponse({ response }) {
      response.headers.append('vary', 'Origin');
    },
  };
}
