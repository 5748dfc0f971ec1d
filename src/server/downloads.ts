import { finished, Readable } from 'node:stream';
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
import type { ServerPlugin } from './front-door.ts';
import { factsOf } from './telemetry/operation-facts.ts';

/** A file that a link leads to. */
interface LinkedFile {
  /** What it is called, without its ending. */
  name: string;
  /** Whom the audit names. */
  about: Subject;
  open: () => Promise<OpenedStream>;
}

/** What files are read with. */
export interface FileContexts {
  linkSigner: Signer;
  fileKeys: { seal: Seal };
  /** Undefined where there is no audit. */
  trailOf: ((request: Request) => Trail) | undefined;
  /** For files that the API has, while somebody waits. */
  ofOperation: (request: Request) => Context;
  /** For files that are made; whether that goes on while they are sent. */
  ofFile: (request: Request, isSentMeanwhile: boolean) => Context;
}

/** The statuses that failures of the API have for a browser; any other is 502. */
const STATUSES: Readonly<Record<string, number>> = { rateLimited: 503, timeout: 504, unavailable: 503 };

/** How many files are passed on at a time, and how many of them to one caller. */
const MOST = 20;
const MOST_OF_A_CALLER = 5;

/** When a caller who was refused should come again, in seconds. */
const RETRY_AFTER = '5';

/** Serves files to holders of links that this gateway signed, by what is `stillGranted` to whoever got the link. */
export function useDownloads(
  { linkSigner, fileKeys, trailOf, ofOperation, ofFile }: FileContexts,
  stillGranted: (holder: LinkHolder) => ReadonlySet<Scope>,
  openSubject: (names: PersonArguments, context: Context) => AsyncGenerator<string>,
): ServerPlugin {
  const files: Record<DownloadKind, (subject: string, request: Request) => LinkedFile> = {
    exports: (id, request) => ({
      ...{ name: `export-${id.replace(/[^\w-]/g, '_')}`, about: ['export', id] },
      open: () => ofOperation(request).hood.download(id),
    }),
    'profile-exports': (written, request) => ({
      ...{ name: 'customer-profiles', about: ['export', written] },
      open: async () => {
        const query = JSON.parse(Buffer.from(written, 'base64url').toString());
        return openProfileExport(ofFile(request, false).sor, query, request.signal);
      },
    }),
    'data-subjects': (written, request) => {
      const names: PersonArguments = JSON.parse(written);
      const open = async () => {
        const body = Readable.from(openSubject(names, ofFile(request, true)), { objectMode: false });
        return { status: 200, headers: { 'content-type': 'application/json' }, body };
      };
      return { name: 'data-subject', about: ['customer', nameIn(names)], open };
    },
  };
  /** The callers of those under way. */
  const callers: string[] = [];
  type Asked = Parameters<NonNullable<ServerPlugin['onRequest']>>[0];
  const serve = async (kind: DownloadKind, { request, url, fetchAPI, endResponse, serverContext: { res } }: Asked) => {
    const problem = (status: number, message: string, headers: Record<string, string> = {}) =>
      endResponse(new fetchAPI.Response(`${message}\n`, { status, headers: { 'content-type': PLAIN, ...headers } }));

    if (request.method !== 'GET') return problem(405, 'Expected GET.', { allow: 'GET' });
    const link = linkedFile(url, linkSigner, kind);
    const scopes = link && stillGranted(link.holder);
    // Whom a file is about is hidden in its link.
    const subject = link && (kind === 'data-subjects' ? await fileKeys.seal.open(link.subject) : link.subject);
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
      const file = files[kind](subject, request);
      await trailOf?.(request).download(file.about);
      const { headers, body } = await file.open();
      finished(res ?? body, leave);
      // Yoga pipes it to the caller, and a pipe would leave them waiting for the rest of a file that was cut off.
      body.once('error', (error) => res?.destroy(error));
      const type = String(headers['content-type'] ?? 'application/octet-stream');
      const ending = { 'text/csv': '.csv', 'application/json': '.json' }[type.split(';')[0] ?? ''] ?? '';
      const disposition = `attachment; filename="${file.name}${ending}"`;
      const sent = { 'content-type': type, 'content-disposition': disposition };
      // Its types do not say that Yoga's `Response` takes streams of Node as they are.
      endResponse(new fetchAPI.Response(body as unknown as ReadableStream, { headers: sent }));
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

const PLAIN = 'text/plain; charset=utf-8';
