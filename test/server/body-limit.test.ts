import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { describe, expect, test } from 'vitest';
import { useReceivedOperation } from '../../src/server/received-operation.ts';

const LIMIT = 100;

/** A server with the limit and nothing else to protect. */
async function startLimited() {
  const schema = createSchema({ typeDefs: 'type Query { ok: Boolean }' });
  const yoga = createYoga({
    schema,
    logging: false,
    maxRequestBodySize: false,
    plugins: [useReceivedOperation(LIMIT, 10_000)],
  });
  const server = createServer(yoga).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return {
    async post(body: string | ReadableStream) {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An operation of exactly that many bytes. */
function operationOf(bytes: number): string {
  return JSON.stringify({ query: '{ok}' }).replace('{ok}', `{ok}${' '.repeat(bytes - 16)}`);
}

/** The same text in pieces, sent without saying how long it is. */
function inPieces(text: string): ReadableStream {
  const pieces = text.match(/.{1,30}/gs)?.values();
  return new ReadableStream({
    pull(controller) {
      const { done = true, value } = pieces?.next() ?? {};
      if (done) controller.close();
      else controller.enqueue(Buffer.from(value ?? ''));
    },
  });
}

describe.each<[how: string, sent: (text: string) => string | ReadableStream]>([
  ['of a known length', (text) => text],
  ['that comes in pieces', inPieces],
])('a body %s', (_how, sent) => {
  test('is answered while it is as long as allowed', async () => {
    await using server = await startLimited();
    expect(operationOf(LIMIT)).toHaveLength(LIMIT);
    expect(await server.post(sent(operationOf(LIMIT)))).toEqual({
      status: 200,
      answer: { data: { ok: null } },
    });
  });

  test('is refused with 413 from the first byte beyond', async () => {
    await using server = await startLimited();
    const { status, answer } = await server.post(sent(operationOf(LIMIT + 1)));
    expect(status).toBe(413);
    expect(answer).toEqual({
      errors: [{ message: 'Expected a body of at most 100 bytes.', extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});
