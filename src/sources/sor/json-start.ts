import { Readable } from 'node:stream';
import type { OpenedStream } from '../../http/client/calls.ts';
import { parseJson } from '../../http/json/lossless-json.ts';

/** A longer answer is data, not a word about where data is. */
const MAX_BYTES = 65_536;

/**
 * What a response says if it is short and in JSON, and the response with all its bytes, those that were read included.
 * Reads no more of it than a short answer has, and nothing of one that is not JSON.
 */
export async function jsonStart(opened: OpenedStream): Promise<{ value: unknown; whole: OpenedStream }> {
  const type = String(opened.headers['content-type'] ?? '');
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return { value: undefined, whole: opened };
  const chunks = (opened.body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let length = 0;
  let ended = false;
  while (!ended && length <= MAX_BYTES) {
    const { done, value } = await chunks.next();
    if (done) ended = true;
    else {
      read.push(value);
      length += value.length;
    }
  }
  const whole = { ...opened, body: Readable.from(followed(read, chunks)) };
  return { value: ended ? parsed(Buffer.concat(read)) : undefined, whole };
}

async function* followed(read: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* read;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString(), { trailingCommas: true });
  } catch {
    return undefined;
  }
}
