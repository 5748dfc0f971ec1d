import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { decodedStream, isEncoded, type ReplyHeaders, textOf } from './body.ts';
import { beforeDeadline, type CallDeadline } from './call-deadline.ts';
import { isGood, joined, MAX_ERROR_BYTES, type Reply } from './exchange.ts';

/** An answer whose body, with a 2xx status, is still to be read, decoded; of any other status `text` has the body. */
export interface StreamReply extends Reply {
  body: Readable | undefined;
}

/** As `exchange`, but a 2xx answer is there as soon as its head is; from then on only the signal ends it. */
export async function exchangeStream(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  ending: CallDeadline,
): Promise<StreamReply> {
  const { signal } = ending;
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  // Not `AbortSignal.any`: it takes only signals of Node's own making, and a server's may be of another.
  signal?.addEventListener('abort', abort);
  const forget = () => signal?.removeEventListener('abort', abort);
  const answered = async (): Promise<StreamReply> => {
    const { statusCode: status, headers, body } = await pool.request({ ...request, signal: stop.signal });
    if (!isGood(status)) return { status, headers, text: await beginning(headers, body), body: undefined };
    body.once('close', forget);
    return { status, headers: decodedHeaders(headers), text: '', body: decodedStream(headers, body) };
  };
  try {
    return await beforeDeadline(ending, answered());
  } catch (error) {
    forget();
    stop.abort(error);
    throw error;
  }
}

/** Headers that are true of the decoded body too. */
function decodedHeaders(headers: ReplyHeaders): ReplyHeaders {
  if (!isEncoded(headers)) return headers;
  const { 'content-encoding': _coding, 'content-length': _length, ...others } = headers;
  return others;
}

/** An error's body, or nothing if it cannot be read or is too long to be of use. */
async function beginning(headers: ReplyHeaders, body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of decodedStream(headers, body) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_ERROR_BYTES) return '';
      chunks.push(chunk);
    }
  } catch {
    return '';
  }
  return textOf(headers, joined(chunks));
}
