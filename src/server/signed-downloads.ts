import type { KeyObject } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { type DownloadKind, isDownload, linkedSubject } from '../graph/download-link.ts';
import type { OpenedStream } from '../http/client/calls.ts';
import { UpstreamError } from '../http/client/upstream-error.ts';

/** One kind of link that this gateway signs, and the files behind it. */
export interface SignedDownloads {
  kind: DownloadKind;
  /** The file that a link was made for, as it comes from the API. Throws `UpstreamError`. */
  open(subject: string, request: Request): Promise<OpenedStream>;
  /** What the file is called, without its ending; of letters, digits, `-` and `_`. */
  nameOf(subject: string): string;
}

/** The statuses that failures of the API have for a browser; any other is 502. */
const STATUSES: Readonly<Record<string, number>> = { rateLimited: 503, timeout: 504, unavailable: 503 };

/** Serves files of the APIs to whoever holds a link that this gateway signed. */
export function useSignedDownloads(key: KeyObject, { kind, open, nameOf }: SignedDownloads): Plugin {
  const serve: NonNullable<Plugin['onRequest']> = async (asked) => {
    const { request, url, fetchAPI, endResponse, serverContext } = asked;
    const problem = (status: number, message: string, headers: Record<string, string> = {}) =>
      endResponse(new fetchAPI.Response(`${message}\n`, { status, headers: { ...PLAIN, ...headers } }));

    if (request.method !== 'GET') return problem(405, 'Expected GET.', { allow: 'GET' });
    const subject = linkedSubject(url, key, kind);
    if (subject === undefined) return problem(403, 'This link has expired or is not one of ours: ask for a new one.');
    try {
      const { headers, body } = await open(subject, request);
      // Yoga pipes it to the caller, and a pipe would leave them waiting for the rest of a file that was cut off.
      const { res } = serverContext as { res?: ServerResponse };
      body.once('error', (error) => res?.destroy(error));
      const type = String(headers['content-type'] ?? 'application/octet-stream');
      endResponse(
        // Its types do not say that Yoga's `Response` takes streams of Node as they are.
        new fetchAPI.Response(body as unknown as ReadableStream, {
          headers: {
            ...PRIVATE,
            'content-type': type,
            'content-disposition': `attachment; filename="${nameOf(subject)}${extensionFor(type)}"`,
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (error.status === 404) return problem(404, 'This export no longer exists.');
      const retry = error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) };
      problem(STATUSES[error.failure] ?? 502, `${error.message} (${error.failureId})`, retry);
    }
  };
  return {
    // Not itself asynchronous: every operation passes by here.
    onRequest: (asked) => (isDownload(asked.url, kind) ? serve(asked) : undefined),
  };
}

/** A file of an export is personal data: no cache may keep it, and no browser may take it for a page. */
const PRIVATE = { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' };
const PLAIN = { ...PRIVATE, 'content-type': 'text/plain; charset=utf-8' };

function extensionFor(type: string): string {
  if (/^text\/csv\b/.test(type)) return '.csv';
  return /^application\/json\b/.test(type) ? '.json' : '';
}
