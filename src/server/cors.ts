import type { CORSOptions } from 'graphql-yoga';

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
