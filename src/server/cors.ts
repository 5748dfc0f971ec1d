import type { CORSOptions, Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';

/** Whose pages may read answers. */
export interface AllowedOrigins {
  /** `CORS_ORIGINS`. */
  listed: readonly string[];
  /** Whether pages of this machine may where no origin is listed, as a local app does on a port of its own. */
  isLocalAllowed: boolean;
}

const LOCAL = /^https?:\/\/(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** What the setting can list, so that nothing else gets into the log. */
const ORIGIN = /^https?:\/\/[\w.:[\]-]{1,100}$/;

/** Anybody can send headers with ever other origins. */
const MAX_REPORTED = 20;

/**
 * Lets pages of allowed origins read answers, and no others: not even `null`, the origin of sandboxed frames, which
 * Yoga's own list would let in. A refused origin is logged once: the page itself is not told what it lacks. Cookies are
 * of no use here and stay where they are.
 */
export function corsFor({ listed, isLocalAllowed }: AllowedOrigins, log: Logger): (request: Request) => CORSOptions {
  const reported = new Set<string>();
  return (request) => {
    const origin = request.headers.get('origin') ?? '';
    if (listed.length > 0 ? listed.includes(origin) : isLocalAllowed && LOCAL.test(origin)) {
      return { origin, credentials: false };
    }
    if (!ORIGIN.test(origin) || reported.has(origin) || reported.size >= MAX_REPORTED) return false;
    // A browser sends the origin of the gateway's own page too.
    if (URL.parse(origin)?.host !== new URL(request.url).host) {
      reported.add(origin);
      log.warn(`pages of ${origin} cannot read answers: CORS_ORIGINS would have to list it`);
    }
    return false;
  };
}

/** Tells caches between pages and gateway that every answer depends on who asks, as soon as any origin is allowed. */
export function useVaryOrigin({ listed, isLocalAllowed }: AllowedOrigins): Plugin {
  if (listed.length === 0 && !isLocalAllowed) return {};
  return {
    onResponse({ response }) {
      response.headers.append('vary', 'Origin');
    },
  };
}
