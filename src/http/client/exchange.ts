import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { decodedBytes, decodedStream, isEncoded, type ReplyHeaders, textOf } from './body.ts';
import { atDeadline, type CallDeadline, TransportError } from './call-deadline.ts';

/** One answer, whatever its status. */
export interface Reply {
  status: number;
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
 * Rejects with the signal's reason, a `TransportError` or undici's own error; at once, even while the request still
 * waits for a connection, and the connection is closed then.
 */
export async function exchange(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: CallDeadline,
  maxBytes: number | undefined,
): Promise<Reply> {
  const { status, headers, body } = await receive(pool, request, ending, maxBytes);
  if (body instanceof Readable) return { status, ...decodedStream(headers, body), text: '' };
  if (!isEncoded(headers)) return { status, headers, text: textOf(headers, body) };
  const plain = isGood(status)
    ? await decodedBytes(headers, body, maxBytes ?? 0)
    : await decodedBytes(headers, body, MAX_ERROR_BYTES).catch(() => Buffer.alloc(0));
  return { status, headers, text: textOf(headers, plain) };
}

/** Takes an answer as it comes, straight from undici's parser: without a stream in between unless one is asked for. */
function receive(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: CallDeadline,
  maxBytes: number | undefined,
): Promise<{ status: number; headers: ReplyHeaders; body: Buffer | Readable }> {
  return new Promise((resolve, reject) => {
    const { signal } = ending;
    const chunks: Buffer[] = [];
    let length = 0;
    let status = 0;
    let headers: ReplyHeaders = {};
    let stream: Readable | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    let stopped: Error | undefined;

    const settle = () => {
      stopTimer();
      signal?.removeEventListener('abort', abort);
    };
    const stop = (reason: Error) => {
      stopped = reason;
      settle();
      reject(reason);
      controller?.abort(reason);
    };
    const abort = () => stop(signal?.reason);
    const stopTimer = atDeadline(ending, () =>
      stop(new TransportError(controller ? 'DEADLINE' : 'NO_CONNECTION_IN_TIME')),
    );
    signal?.addEventListener('abort', abort);

    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (stopped) started.abort(stopped);
      },
      onResponseStart(started, statusCode, received) {
        status = statusCode;
        headers = received;
        if (maxBytes !== undefined || !isGood(status)) return;
        stopTimer();
        stream = new Readable({
          read: () => started.resume(),
          destroy: (error, done) => {
            settle();
            started.abort(error ?? new Error('Nobody reads it any more.'));
            done(error);
          },
        });
        resolve({ status, headers, body: stream });
      },
      onResponseData(started, chunk) {
        if (stream) {
          if (!stream.push(chunk)) started.pause();
          return;
        }
        length += chunk.length;
        if (length <= (isGood(status) ? (maxBytes ?? 0) : MAX_ERROR_BYTES)) {
          chunks.push(chunk);
          return;
        }
        if (isGood(status)) return stop(new TransportError('BODY_TOO_LONG'));
        settle();
        resolve({ status, headers, body: Buffer.alloc(0) });
        started.abort(new TransportError('BODY_TOO_LONG'));
      },
      onResponseEnd() {
        settle();
        stream?.push(null);
        resolve({ status, headers, body: joined(chunks) });
      },
      onResponseError(_, error) {
        settle();
        stream?.destroy(error);
        reject(error);
      },
    });
  });
}

/** A body in one piece. */
function joined(chunks: Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first ? first : Buffer.concat(chunks);
}
