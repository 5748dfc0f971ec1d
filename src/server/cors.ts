import type { CORSOptions } from 'graphql-yoga';
import type { Logger } from 'pino';
import { isLoopback } from '../config/setting-kinds.ts';

/** What the setting can list, so that nothing else gets into the log. */
const ORIGIN = /^https?:\/\/[\w.:[\]-]{1,100}$/;

/** Anybody can send headers with ever other origins. */
const MAX_REPORTED = 20;

/** Whose pages may send operations and read answers. */
export class PageOrigins {
  readonly #listed: readonly string[];
  readonly #isLocalAllowed: boolean;
  readonly #own: string;

  /**
   * `listed` is `CORS_ORIGINS`. Where it is empty and `isLocalAllowed`, pages of this machine may, as a local app on a
   * port of its own. The gateway's own page comes from `publicUrl`.
   */
  constructor(listed: readonly string[], isLocalAllowed: boolean, publicUrl: string) {
    this.#listed = listed;
    this.#isLocalAllowed = isLocalAllowed && listed.length === 0;
    this.#own = new URL(publicUrl).origin;
  }

  /** Whether there are other pages that may, so that answers depend on who asks. */
  get areAnyAllowed(): boolean {
    return this.#listed.length > 0 || this.#isLocalAllowed;
  }

  /** Never `null`, the origin of sandboxed frames, which Yoga's own list would let in. */
  isAllowed(origin: string): boolean {
    if (this.#listed.includes(origin)) return true;
    return this.#isLocalAllowed && ORIGIN.test(origin) && isLoopback(URL.parse(origin)?.hostname ?? '');
  }

  isOwn(origin: string, { headers }: Request): boolean {
    return origin === this.#own || URL.parse(origin)?.host === headers.get('host');
  }

  /**
   * Whether a page of an origin that is not allowed made a browser send this request. `Sec-Fetch-Site` is the browser's
   * own word, which no page can set: `none` means that the user did, or an extension. Browsers leave it out towards
   * plain HTTP beyond this machine; `Origin` comes there too, but not with each GET.
   */
  isForeign(request: Request): boolean {
    const site = request.headers.get('sec-fetch-site');
    if (site === 'same-origin' || site === 'none') return false;
    const origin = request.headers.get('origin');
    if (origin === null) return site !== null;
    return !this.isAllowed(origin) && !(site === null && this.isOwn(origin, request));
  }
}

/**
 * Lets pages of allowed origins read answers, and no others. A refused origin is logged once: the page itself is not
 * told what it lacks. Cookies are of no use here and stay where they are.
 */
export function corsFor(origins: PageOrigins, log: Logger): (request: Request) => CORSOptions {
  const reported = new Set<string>();
  return (request) => {
    const origin = request.headers.get('origin');
    if (origin === null) return false;
    if (origins.isAllowed(origin)) return { origin, credentials: false, exposedHeaders: ['x-request-id'] };
    if (!ORIGIN.test(origin) || reported.has(origin) || reported.size >= MAX_REPORTED) return false;
    // A browser sends the origin of the gateway's own page too.
    if (!origins.isOwn(origin, request)) {
      reported.add(origin);
      log.warn(`refused an operation of a page of ${origin}: to allow it, add this origin to CORS_ORIGINS`);
    }
    return false;
  };
}
