import type { CORSOptions, Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/setting-kinds.ts';
import { onceEach } from './once.ts';
import { refusal } from './refusal.ts';

/** What the setting can list, so that nothing else gets into the log. */
const ORIGIN = /^https?:\/\/[\w.:[\]-]{1,100}$/;

const JSON_TYPES = /^application\/(?:graphql\+)?json\b/;

/** A character set that is not UTF-8: bytes are read as that. */
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?(?:utf-?8|us-ascii)\b)/i;

/** Headers that no form of a web page can set; any of them says that the sender asked first. The last two are Apollo's. */
const ASKED_FIRST = ['x-graphql-upload', 'apollo-require-preflight', 'graphql-require-preflight'];

/** The media types of answers. Yoga looks whether one of them is taken only when an operation has been executed. */
const ANSWERS = ['application/json', 'application/graphql-response+json', 'multipart/mixed', 'text/event-stream'];

/** What of an `Accept` takes one of them. */
const TAKING = new Set(['*/*', ...ANSWERS, ...ANSWERS.map((type) => type.replace(/\/.*/, '/*'))]);

/** Without `Accept`, or with an empty one, anything is taken. */
function takesNoAnswer({ headers }: Request): boolean {
  const accept = headers.get('accept') ?? '';
  if (TAKING.has(accept)) return false;
  const accepted = accept.toLowerCase().split(',');
  return accepted.join('') !== '' && !accepted.some((range) => TAKING.has(range.replace(/;.*/, '').trim()));
}

/** Whether it is an operation with files. */
export function isUpload({ method, headers }: Request): boolean {
  return method === 'POST' && /^multipart\/form-data\b/i.test(headers.get('content-type') ?? '');
}

/** Whose pages may use the gateway: its own, those of `CORS_ORIGINS`, else in the sandbox those of this machine. */
export function pageOrigins({ CORS_ORIGINS, UPSTREAM }: Config, publicUrl: string, log: Logger) {
  const isLocalAllowed = UPSTREAM === 'sandbox' && CORS_ORIGINS.length === 0;
  const ownOrigin = new URL(publicUrl).origin;
  const report = onceEach((origin) =>
    log.warn(`refused an operation of a page of ${origin}: to allow it, add this origin to CORS_ORIGINS`),
  );

  /** Never `null`, the origin of sandboxed frames, which Yoga's own list would let in. */
  const isAllowed = (origin: string): boolean =>
    CORS_ORIGINS.includes(origin) ||
    (isLocalAllowed && ORIGIN.test(origin) && isLoopback(URL.parse(origin)?.hostname ?? ''));

  const isOwn = (origin: string, { headers }: Request): boolean =>
    origin === ownOrigin || URL.parse(origin)?.host === headers.get('host');

  /**
   * Whether a page of an origin that is not allowed made a browser send this request. No page can set `Sec-Fetch-Site`:
   * `none` is the user. Browsers leave it out towards plain HTTP, where `Origin` comes with most requests.
   */
  function isForeign(request: Request): boolean {
    const site = request.headers.get('sec-fetch-site');
    if (site === 'same-origin' || site === 'none') return false;
    const origin = request.headers.get('origin');
    if (origin === null) return site !== null;
    return !isAllowed(origin) && !(site === null && isOwn(origin, request));
  }

  return {
    /** Whether there are other pages that may, so that answers depend on who asks. */
    areAnyAllowed: CORS_ORIGINS.length > 0 || isLocalAllowed,

    /** Lets pages of allowed origins read answers. A refused one is logged once: its page is not told why. */
    cors(request: Request): CORSOptions {
      const origin = request.headers.get('origin');
      if (origin === null) return false;
      if (isAllowed(origin)) return { origin, credentials: false, exposedHeaders: ['x-request-id'] };
      // A browser sends the origin of the gateway's own page too.
      if (ORIGIN.test(origin) && !isOwn(origin, request)) report(origin);
      return false;
    },

    /** Refuses operations of pages of other sites, and those that a form can send unasked for whoever visits a page. */
    csrfPrevention: {
      // Whatever is parsed may be executed, on any path that Yoga takes for its own.
      onRequestParse({ request }) {
        if (isForeign(request)) {
          const message =
            'Expected no operation from a page of another origin, unless CORS_ORIGINS of the gateway lists it.';
          throw refusal(403, 'FORBIDDEN', message);
        }
        if (takesNoAnswer(request)) {
          throw refusal(406, 'BAD_USER_INPUT', `Expected to accept one of: ${ANSWERS.join(', ')}.`);
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
    } satisfies Plugin,
  };
}
