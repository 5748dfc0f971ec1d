import type { FetchAPI, Plugin } from 'graphql-yoga';
import { isUpload } from './csrf-prevention.ts';
import { refusal } from './refusal.ts';

/**
 * Refuses requests whose body is longer than `maxBytes`, with status 413. Node reads no further than a
 * `Content-Length` says, so only bodies without one are counted while they come: Yoga's own limit leads every body
 * through two more streams, which costs as much as all the rest of its work.
 */
export function useBodyLimit(maxBytes: number): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser, fetchAPI }) {
      // A file may be of any size: what comes with it is limited where it is read.
      if (isUpload(request)) return;
      const announced = request.headers.get('content-length');
      if (announced === null) {
        if (!requestParser || !request.body) return;
        setRequestParser(async (unread) => requestParser(await readWithin(unread, maxBytes, fetchAPI)));
      } else if (!(Number(announced) <= maxBytes)) {
        throw tooLong(maxBytes);
      }
    },
  };
}

/** The same request with its body in memory. */
async function readWithin(request: Request, maxBytes: number, fetchAPI: FetchAPI): Promise<Request> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A loop over the body would cut the connection when it is left early, and with it the refusal.
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    length += read.value.byteLength;
    if (length > maxBytes) throw tooLong(maxBytes);
    chunks.push(read.value);
  }
  const { url, method, headers, signal } = request;
  return new fetchAPI.Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
}

function tooLong(maxBytes: number): Error {
  return refusal(413, 'BAD_USER_INPUT', `Expected a body of at most ${maxBytes} bytes.`);
}
