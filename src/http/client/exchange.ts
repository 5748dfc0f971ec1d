import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { collected, decoded, isCodingError, type ReplyHeaders, textOf } from './body.ts';
import { atDeadline, type CallDeadline, TransportError } from './call-deadline.ts';

/** One answer, whatever its status. */
export interface Reply {
  status: number;
  /** Those of the decoded body. */
  headers: ReplyHeaders;
  /** Its body. Empty where that is a stream, and where an error's cannot be read or is too long to be of use. */
  text: string;
  /** The decoded body of a good answer that is read while it comes. */
  body?: Readable;
  /** What a good answer says. */
  answer?: unknown;
}

/** What is known of an answer before its body is there. */
export type AnswerHead = Pick<Reply, 'status' | 'headers'>;

/** Whether a status says that there is an answer. */
export function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The most bytes of an error's body that are read: only its beginning is of use. */
const MAX_ERROR_BYTES = 65_536;

/**
 * Sends one request and takes its answer. A good one has `maxBytes` at most; as a stream, for which `maxBytes` is
 * undefined, it is there as soon as its head is, and from then on only the signal ends it.
 *
 * Rejects with the signal's reason, a `TransportError`, or an error of undici or of a decoder; at once, even while the
 * request still waits for a connection, and the connection is closed then.
 */
export async function exchange(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: CallDeadline,
  maxBytes: number | undefined,
): Promise<Reply> {
  const { status, ...head } = await begun(pool, request, ending, maxBytes === undefined);
  const limit = isGood(status) ? maxBytes : MAX_ERROR_BYTES;
  try {
    const { headers, body } = await decoded(head.headers, head.body);
    if (limit === undefined) return { status, headers, text: '', body };
    return { status, headers, text: textOf(headers, await collected(body, limit)) };
  } catch (error) {
    head.body.destroy();
    if ((isGood(status) && !isOfNoUse(error, request.method)) || ending.signal?.aborted) throw error;
    return { status, headers: head.headers, text: '' };
  }
}

/** Whether a good answer need not be read: a write was carried out, whatever is said of it. */
function isOfNoUse(error: unknown, method: string): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isUnreadable = code === 'BODY_TOO_LONG' || isCodingError(code);
  return isUnreadable && method !== 'GET';
}

/** Sends a request; resolves with the answer's head, and with its body as it comes. */
function begun(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: CallDeadline,
  isStream: boolean,
): Promise<AnswerHead & { body: Readable }> {
  return new Promise((resolve, reject) => {
    const { signal } = ending;
    let controller: Dispatcher.DispatchController | undefined;
    const stop = (reason: Error) => {
      reject(reason);
      body.destroy(reason);
    };
    const abort = () => stop(signal?.reason);
    const stopTimer = atDeadline(ending, () =>
      stop(new TransportError(controller ? 'DEADLINE' : 'NO_CONNECTION_IN_TIME')),
    );
    signal?.addEventListener('abort', abort);
    const body = new Readable({
      read: () => controller?.resume(),
      destroy: (error, done) => {
        stopTimer();
        signal?.removeEventListener('abort', abort);
        controller?.abort(error ?? new Error('Nobody reads it any more.'));
        done(error);
      },
    });
    // Until its head is there nobody reads it.
    body.on('error', () => {});

    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (body.destroyed) started.abort(body.errored ?? new Error('Nobody waits for it any more.'));
      },
      onResponseStart(_, status, headers) {
        if (status < 200) return;
        if (isStream && isGood(status)) stopTimer();
        resolve({ status, headers, body });
      },
      onResponseData(started, chunk) {
        if (!body.push(chunk)) started.pause();
      },
      onResponseEnd() {
        body.push(null);
      },
      onResponseError(_, error) {
        stop(error);
      },
    });
  });
}
