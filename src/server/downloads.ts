import type { ServerResponse } from 'node:http';
import { finished, Readable } from 'node:stream';
import type { Plugin } from 'graphql-yoga';
import { CallerError } from '../graph/caller-error.ts';
import type { Context } from '../graph/context.ts';
import {
  type DownloadKind,
  downloadKind,
  type LinkHolder,
  linkedFile,
  SCOPES_OF_FILES,
} from '../graph/download-link.ts';
import type { Scope } from '../graph/scopes.ts';
import type { Seal, Signer } from '../graph/signer.ts';
import { nameIn, type PersonArguments } from '../graph/subject/person.ts';
import type { OpenedStream } from '../http/client/calls.ts';
import { UpstreamError } from '../http/client/upstream-error.ts';
import type { Subject } from '../http/reads/subjects.ts';
import { openProfileExport } from '../sources/sor/profile-export.ts';
import type { Trail } from './audit/trail.ts';
import { identifyAs } from './callers.ts';
import { factsOf } from './telemetry/operation-facts.ts';

/** How a file is opened that a link was made for, what it is called, without its ending, and whom the audit names. */
type Downloads = Record<
  DownloadKind,
  {
    open: (subject: string, request: Request) => Promise<OpenedStream>;
    nameOf: (subject: string) => string;
    /** What the link says, where that is hidden. */
    subjectIn?: (subject: string) => Promise<string | undefined>;
    about?: (subject: string) => Subject;
  }
>;

/** What it takes to honour a link. */
export interface DownloadsOptions {
  signer: Signer;
  /** What of it whoever got a link may still do. */
  stillGranted: (holder: LinkHolder) => ReadonlySet<Scope>;
  trailOf: (request: Request) => Trail | undefined;
  seal: Seal;
  /** What files are read with that the API has, while somebody waits. */
  interactive: (request: Request) => Context;
  /** What files are made with. */
  background: (request: Request) => Context;
  /** Makes the file of `exportDataSubject`. */
  openSubject: (names: PersonArguments, context: Context) => AsyncGenerator<string>;
}

/** The statuses that failures of the API have for a browser; any other is 502. */
const STATUSES: Readonly<Record<string, number>> = { rateLimited: 503, timeout: 504, unavailable: 503 };

/** How many files are passed on at a time, and how many of them to one caller. */
const MOST = 20;
const MOST_OF_A_CALLER = 5;

/** When a caller who was refused should come again, in seconds. */
const RETRY_AFTER = '5';

/**
 * Serves files of the APIs, as they come, to whoever holds a link that this gateway signed: of `HoodExport.downloadUrl`,
 * and of `exportCustomerProfiles` and `exportDataSubject`, whose files are made when their links are opened.
 */
export function useDownloads(options: DownloadsOptions): Plugin {
  const { signer, stillGranted, trailOf, seal, interactive, background, openSubject } = options;
  const downloads: Downloads = {
    exports: {
      open: (id, request) => interactive(request).hood.download(id),
      nameOf: (id) => `export-${id.replace(/[^\w-]/g, '_')}`,
    },
    'profile-exports': {
      open: (subject, request) => {
        const query = JSON.parse(Buffer.from(subject, 'base64url').toString());
        return openProfileExport(background(request).sor, query, request.signal);
      },
      nameOf: () => 'customer-profiles',
    },
    'data-subjects': {
      open: async (subject, request) => {
        const pieces = openSubject(JSON.parse(subject), background(request));
        const body = Readable.from(pieces, { objectMode: false });
        return { status: 200, headers: { 'content-type': 'application/json' }, body };
      },
      nameOf: () => 'data-subject',
      subjectIn: seal.open,
      about: (subject) => ['customer', nameIn(JSON.parse(subject))],
    },
  };
  /** The callers of those under way. */
  const callers: string[] = [];
  type Asked = Parameters<NonNullable<Plugin['onRequest']>>[0];
  const serve = async (kind: DownloadKind, { request, url, fetchAPI, endResponse, serverContext }: Asked) => {
    const { open, nameOf, subjectIn = async (given: string) => given, about = exportOf } = downloads[kind];
    const problem = (status: number, message: string, headers: Record<string, string> = {}) =>
      endResponse(new fetchAPI.Response(`${message}\n`, { status, headers: { 'content-type': PLAIN, ...headers } }));

    if (request.method !== 'GET') return problem(405, 'Expected GET.', { allow: 'GET' });
    const link = linkedFile(url, signer, kind);
    const scopes = link && stillGranted(link.holder);
    const subject = link && (await subjectIn(link.subject));
    if (!scopes || subject === undefined || !SCOPES_OF_FILES[kind].every((scope) => scopes.has(scope))) {
      return problem(403, 'This link has expired or is not one of ours: ask for a new one.');
    }
    const { name } = link.holder;
    // It has an id; its turns, places and lines in the audit are those of whoever got the link.
    factsOf(request);
    identifyAs(request, { caller: { name, isRouter: false }, scopes });
    if (callers.length >= MOST || callers.filter((each) => each === name).length >= MOST_OF_A_CALLER) {
      return problem(503, 'Too many files are being downloaded just now.', { 'retry-after': RETRY_AFTER });
    }
    callers.push(name);
    const leave = () => callers.splice(callers.indexOf(name), 1);
    try {
      await trailOf(request)?.download(about(subject));
      const { headers, body } = await open(subject, request);
      const { res } = serverContext as { res?: ServerResponse };
      finished(res ?? body, leave);
      // Yoga pipes it to the caller, and a pipe would leave them waiting for the rest of a file that was cut off.
      body.once('error', (error) => res?.destroy(error));
      const type = String(headers['content-type'] ?? 'application/octet-stream');
      endResponse(
        // Its types do not say that Yoga's `Response` takes streams of Node as they are.
        new fetchAPI.Response(body as unknown as ReadableStream, {
          headers: {
            'content-type': type,
            'content-disposition': `attachment; filename="${nameOf(subject)}${extensionFor(type)}"`,
          },
        }),
      );
    } catch (error) {
      leave();
      if (error instanceof CallerError) return problem(503, error.message);
      if (!(error instanceof UpstreamError)) throw error;
      if (error.status === 404) return problem(404, 'This export no longer exists.');
      const retry = error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) };
      problem(STATUSES[error.failure] ?? 502, `${error.message} (${error.failureId})`, retry);
    }
  };
  return {
    // Not itself asynchronous: every operation passes by here.
    onRequest: (asked) => {
      const kind = downloadKind(asked.url);
      return kind && serve(kind, asked);
    },
  };
}

const exportOf = (id: string): Subject => ['export', id];

const PLAIN = 'text/plain; charset=utf-8';

function extensionFor(type: string): string {
  if (/^text\/csv\b/.test(type)) return '.csv';
  return /^application\/json\b/.test(type) ? '.json' : '';
}
