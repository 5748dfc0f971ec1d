import { jsonIn, parseJson } from '../json/lossless-json.ts';
import { LONG_TEXT, parseInSlices } from '../json/parse-in-slices.ts';
import type { Api } from './api.ts';
import type { ReplyDetails } from './calls.ts';
import type { ReplyHeaders } from './content-coding.ts';
import type { Reply } from './exchange.ts';
import { type Sent, sentenceMask, sentTexts } from './masked-sentence.ts';
import { isSegment } from './path.ts';
import { failureOf, type UpstreamError, type UpstreamFailure } from './upstream-error.ts';

/** Waiting time assumed where an API says "too many" without saying until when, in seconds. */
const DEFAULT_RETRY_AFTER = 1;

/** The code of an error about a 2xx body that ends in the middle. */
export const BODY_CUT = 'BODY_CUT';

/** The code of an error about a 2xx answer that is of another media type, such as a proxy's page. */
export const NOT_JSON = 'NOT_JSON';

/** The code of an error about a 2xx answer that says that the API failed. */
export const SAID_FAILED = 'SAID_FAILED';

/**
 * A 2xx answer with its value, or with the status that stands in its body, if that is another. Throws for one that
 * cannot be read, unless it is a write's, which was carried out, and for one that says without a status that the call
 * failed.
 */
export async function answerOf(api: Api, reply: Reply, sent: Sent): Promise<Reply> {
  const answer = await readJson(api, sent, reply);
  // A log-in that is refused says nothing about the API.
  const status = sent.isOwnCredential ? undefined : api.failureStatus?.(answer);
  if (status === 200) throw refusal(api, status, errorText(api, answer, sent), sent, SAID_FAILED);
  return { ...reply, answer, ...(status !== undefined && { status }) };
}

/** `undefined` for an empty body, and for a write's that is not JSON. Throws `badResponse` for a read's. */
async function readJson(api: Api, { route, method }: Sent, reply: Reply): Promise<unknown> {
  const { status, headers, text } = reply;
  if (text === '') return undefined;
  const failed = (what: string, code: string) => failureOf(api, route, 'badResponse', what, { status, code });
  try {
    // Whatever type it is said to be of: some servers call everything `text/html`.
    const options = { lenient: true, exactNumbers: api.exactNumbers ?? false };
    return text.length < LONG_TEXT ? parseJson(text, options) : await parseInSlices(text, options);
  } catch {
    if (method !== 'GET') return undefined;
    if (!isJson(headers)) throw failed('answered with something other than JSON', NOT_JSON);
    // The parser's own message quotes the body.
    throw failed('answered with JSON that cannot be read', /[\]}]\s*$/.test(text) ? 'INVALID_JSON' : BODY_CUT);
  }
}

/** Statuses below 500 that say "not now", and nothing about the request. */
const NOT_NOW = new Set([408, 421, 425]);

/** Whether the API, or a proxy before it, has failed, whatever the request was. */
export function hasFailed(status: number): boolean {
  return status >= 500 || NOT_NOW.has(status);
}

/** The error for a status outside 2xx, wherever it stands. */
export function statusError(api: Api, reply: Reply, sent: Sent): UpstreamError {
  const { status, headers } = reply;
  const text = errorTextOf(api, reply.text, sent);
  const isApiFailure = hasFailed(status);
  const failed = (failure: UpstreamFailure, what: string, retryAfter?: number) =>
    failureOf(api, sent.route, failure, what, { ...text, status, retryAfter, isApiFailure });

  if (status === 401 || status === 403) {
    // Of a log-in it says when the next one may be tried.
    const seconds = sent.isOwnCredential ? retryAfter(headers) : undefined;
    return failed('unavailable', `refused the gateway's own credential with status ${status}`, seconds);
  }
  if (status === 429) {
    return failed('rateLimited', 'allows no more calls for now', retryAfter(headers) ?? DEFAULT_RETRY_AFTER);
  }
  if (isApiFailure) return failed('unavailable', `failed with status ${status}`, retryAfter(headers));
  if (status >= 400) return refusal(api, status, text, sent);
  return failed('badResponse', `answered with the unexpected status ${status}`);
}

/** The error for a request that was understood and not granted, whether its status or its body says so. */
export function refusal(
  api: Api,
  status: number,
  text: ReturnType<typeof errorText>,
  { route, isOwnCredential }: Pick<Sent, 'route' | 'isOwnCredential'>,
  code?: string,
): UpstreamError {
  const what = isOwnCredential ? "refused the gateway's own credential" : 'rejected the request';
  const failure = isOwnCredential ? 'unavailable' : 'rejected';
  const shown = status === 200 ? '' : ` with status ${status}`;
  return failureOf(api, route, failure, `${what}${shown}`, { ...text, status, code });
}

/** Needs a letter and a digit: a number alone could be somebody's id. */
const HEX_ID = /^(?=.*\d)(?=.*[a-f])[\da-f]{8,64}$|^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Trace id and words of an API's error. Of a refused credential it has no words: those are nobody's business but its owner's. */
export function errorText(api: Api, answer: unknown, sent: Sent) {
  const { titles, details = [], traceId } = api.errorWords({ ...Object(answer) });
  const texts = [titles.find(isText), ...details].filter(isText);
  const mask = sentenceMask(sent);
  const [title, ...others] = sent.isOwnCredential ? [] : texts.map(mask);
  const sentences = [title, ...others].filter(isText).map((text) => text.replace(/[.\s]+$/, ''));
  return {
    traceId: typeof traceId === 'string' && HEX_ID.test(traceId) && !wasSent(traceId, sent) ? traceId : undefined,
    said: title ? { title, sentence: `${[...new Set(sentences)].join('. ')}.` } : undefined,
  };
}

/** The same of a body as it came; a body that is not JSON has neither. */
export function errorTextOf(api: Api, body: string, sent: Sent) {
  return errorText(api, jsonIn(body, { lenient: true }), sent);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Whether it is or holds a value of the call, however short. */
function wasSent(id: string, sent: Sent): boolean {
  const lower = id.toLowerCase();
  const values = [...sentTexts(sent), ...Object.values(sent.headers)].flatMap((text) => text.split(/[^\p{L}\p{N}]+/u));
  return values.some((value) => value.length >= 4 && lower.includes(value.toLowerCase()));
}

/** The longest wait that callers are told, in seconds. */
const LONGEST_RETRY_AFTER = 86_400;

/** Numbers like these are moments in seconds, or in milliseconds, since 1970. */
const [LEAST_EPOCH, LEAST_EPOCH_MS] = [1e9, 1e12];

/** The seconds that a header's number says, also as a moment since 1970. Moments count from the API's own `Date`. */
export function secondsLeft(number: number, headers: ReplyHeaders): number {
  return number < LEAST_EPOCH ? number : secondsUntil(number < LEAST_EPOCH_MS ? number * 1000 : number, headers);
}

function secondsUntil(moment: number, headers: ReplyHeaders): number {
  return Math.max(0, Math.ceil((moment - (dateIn(headers) ?? Date.now())) / 1000));
}

/**
 * Seconds of a `Retry-After` header, written as a number or as an HTTP date; a proxy may have joined two of them. A negative
 * number gives no time and says that too many calls run at once (vendor's page: rate limits): a short wait.
 */
export function retryAfter(headers: ReplyHeaders): number | undefined {
  const [value = ''] = [headers['retry-after']].flat();
  const [, number] = /^\s*([-+.\de]+)\s*(?:,|$)/i.exec(value) ?? [];
  const seconds = Number(number);
  if (seconds < 0) return DEFAULT_RETRY_AFTER;
  const left = Number.isNaN(seconds) ? secondsUntil(Date.parse(value), headers) : secondsLeft(seconds, headers);
  return Number.isNaN(left) ? undefined : Math.min(left, LONGEST_RETRY_AFTER);
}

/**
 * The answer that names what a write has created where only a `Location` does: as a member of the list that the route is.
 * Nothing of it is followed but the id, which is the last segment of its path.
 */
export function locatedAnswer(api: Api, route: string, { location }: ReplyHeaders): unknown {
  const path = typeof location === 'string' ? (URL.parse(location, 'http://api')?.pathname ?? '') : '';
  const [, list, id = ''] = /([^/]+)\/([^/]+)\/?$/.exec(path) ?? [];
  if (list === undefined || !route.endsWith(`/${list}`)) return undefined;
  try {
    const own = decodeURIComponent(id);
    return isSegment(own) ? api.answerFor?.(own) : undefined;
  } catch {
    return undefined;
  }
}

const MAX_REDIRECTS = 3;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The path to go on with, if any. Throws `badResponse` for another origin, where ids would go, and after three. */
export function redirectPath(
  api: Api,
  origin: string,
  { route, path }: { route: string; path: string },
  { status, headers }: Reply,
  redirects: number,
): string | undefined {
  if (!REDIRECTS.has(status)) return undefined;
  const refuse = (why: string) => failureOf(api, route, 'badResponse', why, { status });
  if (redirects === MAX_REDIRECTS) throw refuse(`redirected more than ${MAX_REDIRECTS} times`);
  const location = headers['location'];
  const target = typeof location === 'string' ? URL.parse(location, origin + path) : null;
  if (target?.origin !== origin) throw refuse('redirected to a place that is not its own');
  return target.pathname + target.search;
}

/** What is known of an answer to a call that was sent then, beside what it says. */
export function replyDetails({ status, text, headers }: Reply, sentAt: number): ReplyDetails {
  return { status, length: text.length, sentAt, date: dateIn(headers) };
}

/** The moment of the `Date` header, in milliseconds; undefined when there is none that can be read. */
function dateIn(headers: ReplyHeaders): number | undefined {
  const date = Date.parse(String(headers['date']));
  return Number.isNaN(date) ? undefined : date;
}

function isJson(headers: ReplyHeaders): boolean {
  const type = headers['content-type'];
  return type === undefined || (typeof type === 'string' && /^application\/(?:[\w.-]+\+)?json\b/i.test(type));
}
