import type { SorSandbox } from '../../src/sandbox/sor/server.ts';

/** An answer of the stand-in: its status, its text, and the text as JSON. */
export interface Answer {
  status: number;
  text: string;
  json: Record<string, unknown>;
}

/** The result of an answer, in the shape that the test expects of its endpoint. */
export function resultOf<Result>({ json }: Answer): Result {
  return json['result'] as Result;
}

/** A page of the profile list, or of changes. */
export interface Listed {
  total_pages?: number;
  total_profiles?: number;
  next?: string | null;
  profiles: {
    customer_id: string;
    customer_id_type: string;
    attributes: Record<string, Record<string, unknown>>;
    applications: unknown[];
  }[];
}

/** The page that a list answered with. */
export const listed = (answer: Answer) => resultOf<Listed>(answer);

/** Whom it names, in its order. */
export const idsOf = (answer: Answer) => listed(answer).profiles.map(({ customer_id }) => customer_id);

type Params = Record<string, string | number>;

/** Calls both hosts as a client with the fixed token would, `feed` without it. */
export function callerOf({ api, feed, token }: SorSandbox) {
  const send = async (url: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && !/,\s*[}\]]/.test(text);
    return { status: response.status, text, json: isJson ? JSON.parse(text) : {} };
  };
  const authorization = `Token ${token}`;
  const write = (method: string) => (path: string, body?: unknown) =>
    send(api.origin + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    get: (path: string, params: Params = {}) => {
      const query = new URLSearchParams(Object.entries(params).map(([name, value]) => [name, String(value)]));
      return send(`${api.origin}${path}${query.size > 0 ? `?${query}` : ''}`, { headers: { authorization } });
    },
    post: write('POST'),
    put: write('PUT'),
    delete: write('DELETE'),
    upload: (fields: Record<string, string>, file?: Blob) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      if (file) body.append('file', file, 'values.csv');
      return send(`${api.origin}/api/attribute_values/batch_import`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
    },
    /** Feeds values, as text where JSON of JavaScript could not say a number exactly. */
    feed: (body: unknown) =>
      send(`${feed.origin}/api/attribute_values`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

export type Caller = ReturnType<typeof callerOf>;
