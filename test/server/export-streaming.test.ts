import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { serve } from '../../src/sandbox/server.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { exportLink } from '../support/link.ts';
import { listen } from '../support/listen.ts';

const SECRET = 'a secret for these tests';

function start(env: Record<string, string> = {}): Promise<Gateway> {
  return startGateway({ env: { SECRET, ...env } });
}

const linkTo = (id: string, origin: string) => exportLink(id, { secret: SECRET, origin });

/** A file of 100 MB that is made as it is read, and how much of it was. */
function hugeFile() {
  const made = { bytes: 0 };
  const block = Buffer.alloc(65_536, 'x');
  const file = function* () {
    for (; made.bytes < 100e6; made.bytes += block.length) yield block;
  };
  return { made, body: () => Readable.from(file()) };
}

test('a file is read from Hood only as fast as the caller reads it, and no further once they leave', async () => {
  const { made, body } = hugeFile();
  await using hood = await serve(() => ({
    status: 200,
    headers: { 'content-type': 'text/csv' },
    body: body(),
  }));
  await using gateway = await start({ HOOD_URL: hood.origin });
  await using server = await listen(gateway.app);

  const response = await fetch(linkTo('1', server.origin));
  const reader = response.body?.getReader();
  await reader?.read();
  // The file's reading has come to a halt when it stands still for a while.
  let before = -1;
  await vi.waitFor(
    () => {
      const moved = made.bytes - before;
      before = made.bytes;
      expect(moved).toBe(0);
    },
    { interval: 100, timeout: 10_000 },
  );
  expect(made.bytes).toBeLessThan(50_000_000);

  await reader?.cancel();
  await vi.waitFor(() => expect(hood.calls[0]?.aborted).toBe(true));
  expect(made.bytes).toBeLessThan(50_000_000);
  expect(gateway.logged).toEqual([]);
});

test('a large file passes through without being kept', async () => {
  const { made, body } = hugeFile();
  await using hood = await serve(() => ({
    status: 200,
    headers: { 'content-type': 'text/csv' },
    body: body(),
  }));
  await using gateway = await start({ HOOD_URL: hood.origin });
  await using server = await listen(gateway.app);
  const response = await fetch(linkTo('1', server.origin));
  let received = 0;
  let mostUnderWay = 0;
  for await (const chunk of response.body ?? []) {
    received += chunk.length;
    mostUnderWay = Math.max(mostUnderWay, made.bytes - received);
  }
  expect(received).toBe(made.bytes);
  expect(received).toBeGreaterThanOrEqual(100e6);
  expect(mostUnderWay).toBeLessThan(50_000_000);
});

test('a file that Hood cuts off ends in an error for the caller, and the gateway goes on', async () => {
  await using gateway = await start();
  await using server = await listen(gateway.app);
  gateway.hood.dials.fault = () => ({ kind: 'resetMidBody' });
  // It may be cut before the head of the answer has been read.
  const file = fetch(linkTo('1000000', server.origin)).then((response) => response.text());
  await expect(file).rejects.toThrow();
  gateway.hood.dials.fault = undefined;
  const { data } = await gateway.query('{ hoodExport(hoodId: "1000000") { hoodId } }');
  expect(data.hoodExport).toEqual({ hoodId: '1000000' });
  expect(gateway.logged).toHaveLength(1);
});
