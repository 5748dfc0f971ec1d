import { connect } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { upload } from '../support/upload.ts';
import {
  form,
  HEADER,
  IMPORTED,
  importCalls,
  LONG,
  longFile,
  map,
  OPERATION,
  operations,
  send,
} from './operation-forms.ts';

test.each([
  ['the schema does not know', 'mutation ($input: X!) { y(input: $input) }'],
  ['does not read it', 'query ($input: JSON) { __typename }'],
])('the answer to an operation that %s does not wait for its file', async (_, query) => {
  await using gateway = await startGateway();
  const startedAt = performance.now();
  const answer = await upload(await gateway.listen(), { ...OPERATION, query }, longFile(20));
  expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  // Left alone, an unread body stalls the connection for six seconds.
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test('a caller who sends everything before reading the answer is not kept waiting', async () => {
  await using gateway = await startGateway();
  const query = JSON.stringify({ query: '{ __typename }', variables: { file: null } });
  const body = form(['operations', query], ['map', '{"0":["variables.file"]}'], ['0', LONG, 'a.csv']);
  // Clients of HTTP read while they write: only a bare connection does not.
  const connection = connect(Number(new URL(await gateway.listen()).port), '127.0.0.1');
  const received: string[] = [];
  connection.setEncoding('utf8').on('data', (text: string) => received.push(text));
  const startedAt = performance.now();

  const head = [
    'POST /graphql HTTP/1.1',
    'host: gateway.test',
    'content-type: multipart/form-data; boundary=b',
    'x-graphql-upload: 1',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  await pipeline([[...head, '', body].join('\r\n')], connection);
  connection.destroy();

  expect(received.join('')).toContain('{"data":{"__typename":"Query"}}');
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test('a file may be longer than an operation, announced or not', async () => {
  await using gateway = await startGateway();
  expect(await send(await gateway.listen(), form(operations, map, ['0', LONG, 'a.csv']))).toEqual({
    status: 200,
    data: IMPORTED,
  });
});

test('a file of 120 MB goes through without being held', async () => {
  await using gateway = await startGateway({ sor: { settings: { importDelayMs: 1e9 } } });
  const origin = await gateway.listen();
  await upload(origin, OPERATION, longFile(10));
  const before = process.memoryUsage().rss;
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 10);
  try {
    expect(await upload(origin, OPERATION, longFile(120))).toEqual({ status: 200, data: IMPORTED });
  } finally {
    clearInterval(sampler);
  }
  expect(importCalls(gateway)).toHaveLength(2);
  // Caller, gateway and stand-in share this process.
  expect((peak - before) / 1e6).toBeLessThan(60);
}, 60_000);

test('an upload may take longer than an operation may', async () => {
  await using gateway = await startGateway({ env: { REQUEST_DEADLINE: '300ms' } });
  const slow = async function* () {
    yield HEADER;
    for (let line = 0; line < 5; line += 1) {
      // Longer than the deadline, all in all.
      await pause(100);
      yield 'jeanne,client_type,Gold\n';
    }
  };
  expect(await upload(await gateway.listen(), OPERATION, slow())).toEqual({ status: 200, data: IMPORTED });
});
