import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { beforeDeadline } from './call-deadline.ts';
import { decode, type ExchangeLimits, joined, MAX_ERROR_BYTES, type Reply } from './exchange.ts';

/** An answer whose body, with a 2xx status, is still to be read; of any other status `text` has the body. */
export interface StreamReply extends Reply {
  body: Readable | undefined;
}

/** As `exchange`, but a 2xx answer is there as soon as its head is; from then on only the signal ends it. */
export async function exchangeStream(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
): Promise<StreamReply> {
  const { signal } = limits;
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  // Not `AbortSignal.any`: it takes only signals of Node's own making, and a server's may be of another.
  signal?.addEventListener('abort', abort);
  const forget = () => signal?.removeEventListener('abort', abort);
  const answered = async (): Promise<StreamReply> => {
    const answer = await pool.request({ ...request, signal: stop.signal });
    const { statusCode: status, headers, body } = answer;
    if (status < 200 || status >= 300)
      return { status, headers, text: await beginning(body), body: undefined };
    body.once('close', forget);
    return { status, headers, text: '', body };
  };
  try {
    return await beforeDeadline(limits, answered());
  } catch (error) {
    forget();
    stop.abort(error);
    throw error;
  }
}

/** An error's body, or nothing if it is too long to be of use. */
async function beginning(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ERROR_BYTES) return '';
    chunks.push(chunk);
  }
  return decode(joined(chunks));
}
