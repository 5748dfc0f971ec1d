import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import Negotiator from 'negotiator';

/** In bytes; shorter ones would hardly become shorter. */
const LEAST_LENGTH = 1_000;

/** Answers to operations; pages and files come as they are to be sent. */
const COMPRESSIBLE = /^(?:application\/(?:graphql-response\+)?json|multipart\/mixed|text\/event-stream)\b/;

/** About as fast as gzip, and shorter. */
const BROTLI = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 19 };

const CODINGS = {
  br: {
    whole: (bytes: Buffer) => promisify(brotliCompress)(bytes, { params: BROTLI }),
    // Each part goes out at once.
    parts: () => createBrotliCompress({ params: BROTLI, flush: constants.BROTLI_OPERATION_FLUSH }),
  },
  gzip: { whole: promisify<Buffer, Buffer>(gzip), parts: () => createGzip({ flush: constants.Z_SYNC_FLUSH }) },
};

type Coding = keyof typeof CODINGS;

/** The library's types do not know yet that it can choose between codings which a client likes alike. */
type Preferring = Negotiator & {
  encodings(available: readonly string[], options: { preferred: readonly string[] }): string[];
};

/** How an answer is to be compressed, by what its client takes; undefined where it is not. */
export function codingOf({ headers }: Response, request: IncomingMessage): Coding | undefined {
  // Yoga writes `none` for events.
  const coded = headers.get('content-encoding') ?? 'none';
  if (!request.headers['accept-encoding'] || coded !== 'none') return undefined;
  if (Number(headers.get('content-length') ?? Infinity) < LEAST_LENGTH) return undefined;
  if (!COMPRESSIBLE.test(headers.get('content-type') ?? '')) return undefined;
  if (headers.get('cache-control')?.includes('no-transform')) return undefined;
  const preferred = ['br', 'gzip'] as const;
  const [accepted] = (new Negotiator(request) as Preferring).encodings([...preferred, 'identity'], { preferred });
  return preferred.find((coding) => coding === accepted);
}

/** Sends an answer compressed. One that comes in parts is as late as it was, and ends with its client. */
export async function sendCompressed(answer: Response, response: ServerResponse, coding: Coding): Promise<void> {
  const { 'content-length': length, ...headers } = Object.fromEntries(answer.headers);
  const vary = [headers['vary'], 'Accept-Encoding'].filter(Boolean).join(', ');
  const sent = { ...headers, vary, 'content-encoding': coding };
  if (length !== undefined) {
    const bytes = await CODINGS[coding].whole(Buffer.from(await answer.arrayBuffer()));
    response.writeHead(answer.status, { ...sent, 'content-length': bytes.length }).end(bytes);
    return;
  }
  response.writeHead(answer.status, sent);
  // A client that leaves is no failure.
  await pipeline(Readable.from(answer.body ?? []), CODINGS[coding].parts(), response).catch(() => {});
}
