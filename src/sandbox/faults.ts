import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A way in which a real API has been seen to fail. */
export type Fault =
  /** Another status, with this body instead of the documented one. */
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  /** A proxy's HTML page. */
  | { kind: 'html'; status?: number }
  /** JSON of the right type but not of the right shape. */
  | { kind: 'body'; body: unknown }
  /** JSON that ends in the middle although the response is complete. */
  | { kind: 'truncated' }
  /** The connection is closed before any answer. */
  | { kind: 'reset' }
  /** The connection is closed in the middle of the body. */
  | { kind: 'resetMidBody' }
  /** No answer at all until the client leaves. */
  | { kind: 'silence' }
  /** One byte of a never-ending body every `everyMs` milliseconds. */
  | { kind: 'drip'; everyMs: number }
  /** A body of `bytes` bytes, however long that is. */
  | { kind: 'overlong'; bytes: number };

const CUT_JSON = '{"total":5,"items":[{"id":"1';

/** Answers with the fault instead of an answer. */
export async function fail(fault: Fault, response: ServerResponse): Promise<void> {
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      response.end(fault.body === undefined ? '' : JSON.stringify(fault.body));
      return;
    case 'html':
      response.writeHead(fault.status ?? 200, { 'content-type': 'text/html' });
      response.end('<html><body><h1>Bad Gateway</h1></body></html>');
      return;
    case 'body':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(fault.body));
      return;
    case 'truncated':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(CUT_JSON);
      return;
    case 'reset':
      response.destroy();
      return;
    case 'resetMidBody':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write(CUT_JSON, () => response.destroy());
      return;
    case 'silence':
      return;
    case 'drip':
      response.writeHead(200, { 'content-type': 'application/json' });
      while (!response.destroyed) {
        response.write(' ');
        await sleep(fault.everyMs);
      }
      return;
    case 'overlong':
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let sent = 0; sent < fault.bytes && !response.destroyed; sent += 65_536) {
        if (!response.write(' '.repeat(65_536))) await drained(response);
      }
      response.end('{}');
  }
}

/** Until more can be written, or nobody reads any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    if (response.destroyed) done();
    else response.once('drain', done).once('close', done);
  });
}
