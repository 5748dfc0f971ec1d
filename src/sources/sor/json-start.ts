import { Readable } from 'node:stream';
import type { OpenedStream } from '../../http/client/calls.ts';
import { parseJson } from '../../http/json/lossless-json.ts';

/** A longer answer is data, not a word about where data is. */
const MAX_BYTES = 65_536;

/** A response of which it is not known whether it is a file or a short answer in JSON. */
export class JsonStart {
  /** The answer, if it is short and JSON. */
  readonly value: unknown;
  /** The response with all its bytes, those that were read included. */
  readonly whole: OpenedStream;

  private constructor(value: unknown, whole: OpenedStream) {
    this.value = value;
    this.whole = whole;
  }

  /** Reads no more of a response than a short answer has, and nothing of one that is not JSON. */
  static async of(opened: OpenedStream): Promise<JsonStart> {
    const type = String(opened.headers['content-type'] ?? '');
    if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return new JsonStart(undefined, opened);
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
    const body = Readable.from(followed(read, chunks));
    return new JsonStart(ended ? parsed(Buffer.concat(read)) : undefined, { ...opened, body });
  }
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
