import type { HoodSandbox } from '../../src/sandbox/hood/server.ts';

/** One answer of the stand-in; `text` is the body as sent, `body` what it means (`undefined` unless it is JSON). */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // The tests know what they asked for.
  body: { total: number; items: Record<string, unknown>[] } & Record<string, unknown>;
  /** Which rule of the stand-in refused the request. */
  reason: string | null;
}

/** Calls `path` (after `/v1/hood/`) with the stand-in's token. */
export async function call(hood: HoodSandbox, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${hood.origin}/v1/hood/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${hood.token}`, ...init.headers },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : undefined,
    reason: response.headers.get('x-sandbox-reason'),
  };
}

/** Sends `body` as JSON. */
export function send(hood: HoodSandbox, method: string, path: string, body: unknown): Promise<Answer> {
  return call(hood, path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The values of one field, in the order of the rows. */
export async function column(hood: HoodSandbox, path: string, field = 'id'): Promise<unknown[]> {
  const { body } = await call(hood, path);
  return body.items.map((item) => item[field]);
}
