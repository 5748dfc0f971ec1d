import type { IncomingMessage } from 'node:http';
import { duration } from '../config/setting-kinds.ts';
import { BadInput } from '../graph/caller-error.ts';
import { brief } from '../graph/input-mistakes.ts';
import { parseJson } from '../http/json/lossless-json.ts';
import type { ServerPlugin } from './front-door.ts';
import { isUpload } from './page-origins.ts';
import { refusal, tooSlow } from './refusal.ts';

const EXACTLY = { exactNumbers: 'decimals' } as const;

/**
 * Reads operations from bodies of JSON and from addresses; those with files have a reader of their own.
 *
 * Integers beyond ±(2^53 − 1) among the variables become text of their digits: an id that comes as a number must not be
 * rounded to another. Decimals of more digits than a double holds become `LongNumber`. Throws `BadInput` for what is no
 * JSON in an address, and for an unpaired surrogate: another character would stand in its place.
 *
 * A body of more than `maxBytes` is refused with status 413, and one that is not there after twice the deadline of its
 * operation (at most `deadlineMs`) with 408: each would hold a place among the operations.
 */
export function useReceivedOperation(maxBytes: number, deadlineMs: number): ServerPlugin {
  const waiting = new WeakMap<Request, (error: Error) => void>();
  return {
    onRequest({ request, serverContext: { req } }) {
      if (!req || !hasBody(req) || isUpload(request)) return;
      const bodyMs = 2 * (patienceOf(request, deadlineMs) ?? deadlineMs);
      const timer = setTimeout(() => {
        if (req.complete) return;
        const refuse = waiting.get(request);
        // If nobody waits for the body, the request is answered already, and only the connection is left.
        if (refuse) refuse(tooSlow(`Expected a body that is complete within ${bodyMs / 1_000} s.`));
        else req.socket.destroy();
      }, bodyMs).unref();
      req.once('close', () => clearTimeout(timer));
    },
    onRequestParse({ request, url, requestParser, setRequestParser }) {
      if (!requestParser || isUpload(request)) return;
      if (request.method === 'POST') {
        // Yoga's parser of JSON reads nothing else of the request.
        const exact = { json: async () => parseJson(await textWithin(request, maxBytes), EXACTLY) } as Request;
        setRequestParser(() => {
          const late = Promise.withResolvers<never>();
          waiting.set(request, late.reject);
          return Promise.race([requestParser(exact), late.promise]).finally(() => waiting.delete(request));
        });
        return;
      }
      setRequestParser(async () => {
        const variables = jsonIn('variables', url);
        // What Yoga's own parser throws of them would pass for a fault of the gateway.
        jsonIn('extensions', url);
        const parsed = await requestParser(request);
        return (variables === undefined ? parsed : { ...parsed, variables }) as typeof parsed;
      });
    },
    onParams({ params }) {
      const path = pathToHalf(params.variables);
      if (!path) return;
      const [name = '', ...members] = path;
      throw new BadInput(
        `\`${[`$${name}`, ...members].join('.')}\`: expected whole characters, not an unpaired surrogate.`,
      );
    },
  };
}

/** Where half of a character is in a value of JSON, if there is one; a name that has one is told by its place. */
function pathToHalf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (!name.isWellFormed()) return [];
    const path = pathToHalf(member);
    if (path) return [brief(name), ...path];
  }
  return undefined;
}

/** A parameter of the address; undefined when it is not there. */
function jsonIn(name: string, { searchParams }: URL): unknown {
  const text = searchParams.get(name);
  return text ? exactJson(text, `Expected JSON in the parameter "${name}".`) : undefined;
}

/** The value of a text with every digit of its numbers. Throws `BadInput` with this message where it is no JSON. */
export function exactJson(text: string, message: string): unknown {
  try {
    return parseJson(text, EXACTLY);
  } catch {
    throw new BadInput(message);
  }
}

/** Node reads no further than a `Content-Length` says, so only bodies without one are counted while they come. */
async function textWithin(request: Request, maxBytes: number): Promise<string> {
  const tooLong = () => refusal(413, 'BAD_USER_INPUT', `Expected a body of at most ${maxBytes} bytes.`);
  const announced = request.headers.get('content-length');
  if (announced !== null) {
    if (Number(announced) <= maxBytes) return request.text();
    throw tooLong();
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A loop over the body would cut the connection when it is left early, and with it the refusal.
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    length += read.value.byteLength;
    if (length > maxBytes) throw tooLong();
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** How long an operation may take: `limitMs`, or less by `x-request-deadline`. Undefined if that is no duration. */
export function patienceOf(request: Request, limitMs: number): number | undefined {
  const header = request.headers.get('x-request-deadline');
  if (header === null) return limitMs;
  const parsed = duration.safeParse(header);
  return parsed.success ? Math.min(parsed.data, limitMs) : undefined;
}

/** When it must be answered, in `performance.now()` milliseconds. Throws `BadInput` for a header that is no duration. */
export function deadlineOf(request: Request, limitMs: number): number {
  const patience = patienceOf(request, limitMs);
  if (patience !== undefined) return performance.now() + patience;
  throw new BadInput('Expected a duration such as 500ms or 4s in the header x-request-deadline.');
}

/** Whether a client wants nothing that was read before (`Cache-Control: no-cache` or `no-store`, RFC 9111). */
export function mustRevalidate(request: Request): boolean {
  const header = request.headers.get('cache-control');
  return header !== null && /(?:^|,)\s*no-(?:cache|store)\s*(?:,|$)/i.test(header);
}
