import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** A way in which a real API has been seen to fail. */
export type Fault =
  /** Another status, with this body instead of the documented one. */
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  /** A proxy's HTML page. */
  | { kind: 'html'; status?: number }
  /** JSON of the right type but not of the right shape. */
  | { kind: 'body'; body: unknown }
  /** Answers with this very text as JSON, which it need not be. */
  | { kind: 'text'; text: string }
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

const JSON_TYPE = { 'content-type': 'application/json' };
const HTML = '<html><body><h1>Bad Gateway</h1></body></html>';
const CUT_JSON = '{"total":5,"items":[{"id":"1';

/** Answers with the fault instead of an answer. */
export async function fail(fault: Fault, response: ServerResponse): Promise<void> {
  const say = (text: string, status = 200, headers: object = JSON_TYPE) =>
    void response.writeHead(status, { ...headers }).end(text);
  switch (fault.kind) {
    case 'status':
      return say(JSON.stringify(fault.body) ?? '', fault.status, { ...JSON_TYPE, ...fault.headers });
    case 'html':
      return say(HTML, fault.status, { 'content-type': 'text/html' });
    case 'text':
      return say(fault.text);
    case 'body':
      return say(JSON.stringify(fault.body));
    case 'truncated':
      return say(CUT_JSON);
    case 'reset':
      return void response.destroy();
    case 'resetMidBody':
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
      response.write(CUT_JSON, () => response.destroy());
      return;
    case 'silence':
      return;
    case 'drip':
      response.writeHead(200, JSON_TYPE);
      while (!response.destroyed) {
        response.write(' ');
        await sleep(fault.everyMs);
      }
      return;
    case 'overlong':
      response.writeHead(200, JSON_TYPE);
      // The caller may leave before the end.
      pipeline(Readable.from(overlong(fault.bytes)), response, () => {});
  }
}

function* overlong(bytes: number): Generator<string> {
  for (let sent = 0; sent < bytes; sent += 65_536) yield ' '.repeat(65_536);
  yield '{}';
}
