import type { Dispatcher } from 'undici';
import { decodedBytes, isEncoded, type ReplyHeaders, textOf } from './body.ts';
import { atDeadline, type CallDeadline, TransportError } from './call-deadline.ts';

/** One complete answer, whatever its status. */
export interface Reply {
  status: number;
  headers: ReplyHeaders;
  text: string;
}

/** Whether a status says that there is an answer. */
export function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A way to send a request and take its answer, whose body has `maxBytes` at most if its status is 2xx. */
export type Transport<R extends Reply> = (
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: CallDeadline,
  maxBytes: number,
) => Promise<R>;

/** The most bytes of an error's body that are read: only its beginning is of use. */
export const MAX_ERROR_BYTES = 65_536;

/**
 * Sends one request and collects its answer straight from undici's parser, without a stream in between.
 *
 * Rejects with the signal's reason, an `TransportError` or undici's own error; at once, even while the request still
 * waits for a connection, and the connection is closed then.
 */
export function exchange(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: CallDeadline,
  maxBytes: number,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { signal } = ending;
    const chunks: Buffer[] = [];
    let length = 0;
    let status = 0;
    let headers: ReplyHeaders = {};
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
      onResponseStart(_, statusCode, received) {
        status = statusCode;
        headers = received;
      },
      onResponseData(started, chunk) {
        length += chunk.length;
        if (length <= (isGood(status) ? maxBytes : MAX_ERROR_BYTES)) {
          chunks.push(chunk);
          return;
        }
        if (isGood(status)) return stop(new TransportError('BODY_TOO_LONG'));
        settle();
        resolve({ status, headers, text: '' });
        started.abort(new TransportError('BODY_TOO_LONG'));
      },
      onResponseEnd() {
        settle();
        const bytes = joined(chunks);
        if (!isEncoded(headers)) return resolve(replyOf(status, headers, bytes));
        const longest = isGood(status) ? maxBytes : MAX_ERROR_BYTES;
        decodedBytes(headers, bytes, longest)
          // Nothing of an error's body is needed.
          .catch((error) => (isGood(status) ? Promise.reject(error) : Buffer.alloc(0)))
          .then((plain) => replyOf(status, headers, plain))
          .then(resolve, reject);
      },
      onResponseError(_, error) {
        settle();
        reject(error);
      },
    });
  });
}

/** A body in one piece. */
export function joined(chunks: Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first ? first : Buffer.concat(chunks);
}

function replyOf(status: number, headers: ReplyHeaders, bytes: Buffer): Reply {
  return { status, headers, text: textOf(headers, bytes) };
}
