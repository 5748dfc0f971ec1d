import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { atDeadline, type CallDeadline, TransportError } from './call-deadline.ts';
import { collected, decoded, GZIP_START, MOST_CODINGS, type ReplyHeaders } from './content-coding.ts';
import type { WriteOutcome } from './upstream-error.ts';

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

/** What waits for an answer, and whether anything has left for the API. */
interface Exchange extends CallDeadline {
  outcome: WriteOutcome;
}

/** Whether a status says that there is an answer. */
export function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The most bytes of an error's body that are read: only its beginning is of use. */
const MAX_ERROR_BYTES = 65_536;

/**
 * Sends one request and takes its answer: of `maxBytes` at most, or as a stream, which is there with its head and ends
 * by its signal alone, where that is undefined. Its outcome is unknown once it has a connection.
 *
 * Rejects with the signal's reason, a `TransportError`, or an error of undici or of a decoder; at once, even while the
 * request still waits for a connection, and the connection is closed then.
 */
export async function exchange(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: Exchange,
  maxBytes: number | undefined,
): Promise<Reply> {
  const { status, headers, body } = await begun(pool, request, ending, maxBytes);
  try {
    if (body instanceof Readable) return { status, text: '', ...(await decoded(headers, body)) };
    let [plain, bytes] = [headers, await body];
    for (let decodings = 0; decodings <= MOST_CODINGS; decodings += 1) {
      const coding = plain['content-encoding'] ?? (bytes[0] === GZIP_START ? 'gzip' : undefined);
      // Most answers have none, and need no stream.
      if (coding === undefined || bytes.length === 0) break;
      const next = await decoded({ ...plain, 'content-encoding': coding }, Readable.from([bytes]));
      [plain, bytes] = [next.headers, await collected(next.body, limitFor(status, maxBytes))];
    }
    return { status, headers: plain, text: textOf(plain, bytes) };
  } catch (error) {
    if (body instanceof Readable) body.destroy();
    // A write with a good status was carried out, and an error is one without its words.
    if ((isGood(status) && request.method === 'GET') || ending.signal?.aborted) throw error;
    return { status, headers, text: '' };
  }
}

/** Byte order marks, which are surer than what headers say. */
const MARKS: readonly (readonly [mark: string, charset: string])[] = [
  ['efbbbf', 'utf-8'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/** The least byte that one of them begins with. */
const LEAST_OF_MARKS = 0xef;

/** The text of a body, without a byte order mark. A character set that nobody knows is read as UTF-8. */
function textOf(headers: ReplyHeaders, bytes: Buffer): string {
  // Hardly any body begins with so high a byte.
  const start = (bytes[0] ?? 0) < LEAST_OF_MARKS ? '' : bytes.toString('hex', 0, 3);
  const [, marked] = MARKS.find(([mark]) => start.startsWith(mark)) ?? [];
  const [, named] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(String(headers['content-type'] ?? '')) ?? [];
  const charset = marked ?? named;
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // The name of the character set is wrong; its bytes are most likely UTF-8.
    return new TextDecoder().decode(bytes);
  }
}

function limitFor(status: number, maxBytes = 0): number {
  return isGood(status) ? maxBytes : MAX_ERROR_BYTES;
}

/** Sends a request; resolves with the answer's head, and with all of its body, or as a stream with what comes of it. */
function begun(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: Exchange,
  maxBytes: number | undefined,
): Promise<AnswerHead & { body: Readable | Promise<Buffer> }> {
  const { signal } = ending;
  const head = Promise.withResolvers<AnswerHead & { body: Readable | Promise<Buffer> }>();
  const whole = Promise.withResolvers<Buffer>();
  // Who waits for the head hears of it there.
  whole.promise.catch(() => {});
  const chunks: Buffer[] = [];
  let left = 0;
  let stream: Readable | undefined;
  let controller: Dispatcher.DispatchController | undefined;
  let stopped: Error | undefined;
  const release = () => {
    stopTimer();
    signal?.removeEventListener('abort', abort);
  };
  const stop = (reason: Error) => {
    release();
    stopped = reason;
    head.reject(reason);
    whole.reject(reason);
    stream?.destroy(reason);
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
      ending.outcome = 'UNKNOWN';
      if (stopped) started.abort(stopped);
    },
    onResponseStart(_, status, headers) {
      if (status < 200) return;
      left = limitFor(status, maxBytes);
      if (maxBytes === undefined && isGood(status)) {
        stopTimer();
        stream = new Readable({
          read: () => controller?.resume(),
          destroy(error, done) {
            release();
            controller?.abort(error ?? new Error('Nobody reads it any more.'));
            done(error);
          },
        });
        // Until its reader has it nobody hears of an error.
        stream.on('error', () => {});
      }
      head.resolve({ status, headers, body: stream ?? whole.promise });
    },
    onResponseData(started, chunk) {
      if (stream) {
        if (!stream.push(chunk)) started.pause();
        return;
      }
      left -= chunk.length;
      if (left < 0) stop(new TransportError('BODY_TOO_LONG'));
      else chunks.push(chunk);
    },
    onResponseEnd() {
      if (stream) stream.push(null);
      else release();
      whole.resolve(Buffer.concat(chunks));
    },
    onResponseError(_, error) {
      stop(error);
    },
  });
  return head.promise;
}
