import { type ApiRequest, type ApiServer, type Reply, serve } from '../../src/sandbox/server.ts';

/** An answer of the API behind, whole. */
export interface Forwarded {
  status: number;
  type: string;
  text: string;
}

/**
 * Serves what another API answers, after it was carried out there, in another form. `change` gets the request and the
 * answer, and tells what is sent instead.
 */
export function forwardTo(
  origin: string,
  change: (answer: Forwarded, request: ApiRequest) => Reply,
): Promise<ApiServer> {
  return serve(async (request) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request.stream) chunks.push(chunk as Buffer);
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const response = await fetch(new URL(request.stream.url ?? '/', origin), {
      method: request.method,
      headers: { ...(headers as Record<string, string>), 'accept-encoding': 'identity' },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const type = response.headers.get('content-type') ?? '';
    return change({ status: response.status, type, text: await response.text() }, request);
  });
}

/** The answer as it was. */
export function unchanged({ status, type, text }: Forwarded): Reply {
  return { status, body: text, headers: { 'content-type': type } };
}
