import type { Dispatcher } from 'undici';
import { type Ending, TransportError } from './ending.ts';

export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** One complete answer, whatever its status. */
export interface Reply {
  status: number;
  headers: ReplyHeaders;
  text: string;
}

export interface ExchangeLimits extends Ending {
  /** Largest body of a 2xx answer, in bytes. */
  maxBytes: number;
}

/** Of an error's body only the beginning is of use; a longer one is left unread. */
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
  { signal, deadline, maxBytes }: ExchangeLimits,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let status = 0;
    let headers: ReplyHeaders = {};
    let controller: Dispatcher.DispatchController | undefined;
    let stopped: Error | undefined;

    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const stop = (reason: Error) => {
      stopped = reason;
      settle();
      reject(reason);
      controller?.abort(reason);
    };
    const abort = () => stop(signal?.reason);
    const timer = setTimeout(() => stop(new TransportError('DEADLINE')), deadline - performance.now());
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
        if (length <= (status < 300 ? maxBytes : MAX_ERROR_BYTES)) {
          chunks.push(chunk);
          return;
        }
        if (status < 300) return stop(new TransportError('BODY_TOO_LONG'));
        settle();
        resolve({ status, headers, text: '' });
        started.abort(new TransportError('BODY_TOO_LONG'));
      },
      onResponseEnd() {
        settle();
        resolve({ status, headers, text: decode(chunks) });
      },
      onResponseError(_, error) {
        settle();
        reject(error);
      },
    });
  });
}

/** The text of a body, without a byte order mark. */
export function decode(chunks: Buffer[]): string {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
