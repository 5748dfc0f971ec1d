import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { OpenedStream } from '../http/client/calls.ts';
import { UpstreamError } from '../http/client/upstream-error.ts';

/** One kind of link that this gateway signs, and the file behind it. */
export interface SignedDownloads<Linked> {
  path: RegExp;
  /** What a link was made for; undefined when it is none of ours or too old. */
  read(url: URL): Linked | undefined;
  /** The file, as it comes from the API. Throws `UpstreamError`. */
  open(linked: Linked, request: Request): Promise<OpenedStream>;
  /** What the file is called, without its ending; of letters, digits, `-` and `_`. */
  nameOf(linked: Linked): string;
  /** What to say when the API has no such file any more. */
  gone: string;
}

/** The statuses that failures of the API have for a browser; any other is 502. */
const STATUSES: Readonly<Record<string, number>> = { rateLimited: 503, timeout: 504, unavailable: 503 };

/** Serves files of the APIs to whoever holds a link that this gateway signed. */
export function useSignedDownloads<Linked>(downloads: SignedDownloads<Linked>): Plugin {
  const serve: NonNullable<Plugin['onRequest']> = async (asked) => {
    const { request, url, fetchAPI, endResponse, serverContext } = asked;
    const problem = (status: number, message: string, headers: Record<string, string> = {}) =>
      endResponse(new fetchAPI.Response(`${message}\n`, { status, headers: { ...PLAIN, ...headers } }));

    if (request.method !== 'GET') return problem(405, 'Expected GET.', { allow: 'GET' });
    const linked = downloads.read(url);
    if (linked === undefined) return problem(403, 'This link has expired or is not one of ours: ask for a new one.');
    try {
      const { headers, body } = await downloads.open(linked, request);
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
            'content-disposition': `attachment; filename="${downloads.nameOf(linked)}${extensionFor(type)}"`,
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (error.status === 404) return problem(404, downloads.gone);
      const retry = error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) };
      problem(STATUSES[error.failure] ?? 502, `${error.message} (${error.failureId})`, retry);
    }
  };
  return {
    // Not itself asynchronous: every operation passes by here.
    onRequest: (asked) => (downloads.path.test(asked.url.pathname) ? serve(asked) : undefined),
  };
}

/** A file of an export is personal data: no cache may keep it, and no browser may take it for a page. */
const PRIVATE = { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' };
const PLAIN = { ...PRIVATE, 'content-type': 'text/plain; charset=utf-8' };

function extensionFor(type: string): string {
  if (/^text\/csv\b/.test(type)) return '.csv';
  return /^application\/json\b/.test(type) ? '.json' : '';
}
