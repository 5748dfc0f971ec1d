import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';

const READ = '{ gdprRequests(first: 1) { totalCount } }';
const WRITE = 'mutation { decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) { __typename } }';

/** Stands in for Hood, keeps connections open for as long as callers do, and tells over which calls came. */
async function startHood() {
  const sockets = { reads: [] as Socket[], writes: [] as Socket[] };
  const server = createServer({ keepAliveTimeout: 60_000 }, ({ method, socket }, response) => {
    const isRead = method === 'GET';
    sockets[isRead ? 'reads' : 'writes'].push(socket);
    response.writeHead(isRead ? 200 : 204, { 'content-type': 'application/json' });
    response.end(isRead ? '{"total":7,"items":[]}' : '');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { HOOD_URL: `http://127.0.0.1:${port}`, sockets, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test('a write does not start on a connection that has idled for over a second, and a read does', async () => {
  await using hood = await startHood();
  await using gateway = await startGateway({ env: { HOOD_URL: hood.HOOD_URL } });
  const { reads, writes } = hood.sockets;
  await gateway.query(WRITE);
  await gateway.query(READ);
  await gateway.query(WRITE);
  const answeredAt = performance.now();
  await gateway.query(READ);
  expect(writes).toHaveLength(2);
  expect(writes[1] === writes[0]).toBe(true);

  await once(writes[1] as Socket, 'close');
  // Timers can be late, by little.
  expect(performance.now() - answeredAt).toBeLessThan(3_000);
  await gateway.query(READ);
  expect(reads.at(-1) === reads.at(-2)).toBe(true);
  await gateway.query(WRITE);
  expect(writes).toHaveLength(3);
});
