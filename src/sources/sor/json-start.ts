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
  let start = Buffer.alloc(0);
  for await (const piece of opened.body.iterator({ destroyOnReturn: false })) {
    start = Buffer.concat([start, piece]);
    if (start.length > MAX_BYTES) break;
  }
  if (opened.body.readableEnded) return { value: parsed(start), whole: { ...opened, body: Readable.from([start]) } };
  opened.body.unshift(start);
  return { value: undefined, whole: opened };
}

function parsed(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString(), { trailingCommas: true });
  } catch {
    return undefined;
  }
}
