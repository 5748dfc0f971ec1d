import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import { memoize1 } from '@graphql-tools/utils';
import { type DocumentNode, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import Negotiator from 'negotiator';
import { factsOfServed } from './telemetry/operation-facts.ts';

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

/** How an answer is to be compressed, by what its client takes; undefined where it is not. */
export function codingOf({ headers }: Response, request: IncomingMessage): Coding | undefined {
  // Yoga writes `none` for events.
  const coded = headers.get('content-encoding') ?? 'none';
  if (!request.headers['accept-encoding'] || coded !== 'none') return undefined;
  if (Number(headers.get('content-length') ?? Infinity) < LEAST_LENGTH) return undefined;
  if (!COMPRESSIBLE.test(headers.get('content-type') ?? '')) return undefined;
  if (headers.get('cache-control')?.includes('no-transform')) return undefined;
  const accepted = new Negotiator(request).encodings(['br', 'gzip', 'identity']);
  return (['br', 'gzip'] as const).find((coding) => accepted.includes(coding));
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

/** Fields that show a secret: keys of systems, and links that open a file without credentials. */
export const SECRET_FIELDS = new Set(['apiKeys', 'downloadUrl']);

const showsSecrets = memoize1((document: DocumentNode): boolean => {
  const names = new Set<string>();
  visit(document, { Field: ({ name }) => void names.add(name.value) });
  return !SECRET_FIELDS.isDisjointFrom(names);
});

/**
 * Lets nobody compress answers with secrets, here or at a proxy: a message that quotes its caller's input stands in the
 * same answer, and the length of what is compressed would tell how much of a guess is right (BREACH).
 */
export function useUncompressedSecrets(): Plugin {
  return {
    onResponse({ request, response }) {
      const document = factsOfServed(request)?.document;
      if (document && showsSecrets(document)) response.headers.set('cache-control', 'no-store, no-transform');
    },
  };
}
