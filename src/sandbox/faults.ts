import type { ServerResponse } from 'node:http';

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
  /** Whatever else. */
  | { kind: 'answer'; answer: (response: ServerResponse) => void };

const JSON_TYPE = { 'content-type': 'application/json' };
const CUT_JSON = '{"total":5,"items":[{"id":"1';

/** Answers with the fault instead of an answer. */
export function fail(fault: Fault, response: ServerResponse): unknown {
  const say = (text: string, status = 200, headers: object = JSON_TYPE) =>
    response.writeHead(status, { ...headers }).end(text);
  switch (fault.kind) {
    case 'status':
      return say(JSON.stringify(fault.body) ?? '', fault.status, { ...JSON_TYPE, ...fault.headers });
    case 'html':
      return say('<html><body><h1>Bad Gateway</h1></body></html>', fault.status, { 'content-type': 'text/html' });
    case 'text':
      return say(fault.text);
    case 'body':
      return say(JSON.stringify(fault.body));
    case 'truncated':
      return say(CUT_JSON);
    case 'reset':
      return response.destroy();
    case 'resetMidBody':
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
      return response.write(CUT_JSON, () => response.destroy());
    case 'silence':
      return undefined;
    case 'answer':
      return fault.answer(response);
  }
}
