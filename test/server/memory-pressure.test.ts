import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { memoryPressure } from '../../src/server/memory-pressure.ts';
import { startProcess } from '../support/process.ts';

const MB = 1_000_000;

/** A process whose program takes 50 MB, and that uses so much beside it, in MB. */
function processUsing(used: { heap?: number; external?: number; rss?: number; garbage?: number }) {
  const { heap = 10, external = 0, rss, garbage = 0 } = used;
  const collect = vi.fn(() => {
    now.external_memory -= garbage * MB;
  });
  const now = {
    rss: 60 * MB,
    used_heap_size: 10 * MB,
    total_heap_size: 10 * MB,
    external_memory: 0,
    heap_size_limit: 200 * MB,
  };
  const isShort = memoryPressure(300 * MB, { use: () => now, collect });
  now.used_heap_size = heap * MB;
  now.total_heap_size = heap * MB;
  now.external_memory = (external + garbage) * MB;
  now.rss = (rss ?? 50 + heap + external + garbage) * MB;
  return { isShort, collect };
}

test.each([
  ['as it begins', {}, false],
  ['with a heap of 85 percent', { heap: 170 }, false],
  ['with a heap that is nearly full', { heap: 171 }, true],
  ['with bodies that leave some room', { external: 240 }, false],
  ['with bodies that leave none', { external: 241 }, true],
  ['with memory to spare that the system has not got back', { rss: 900 }, false],
])('a process %s: memory is short or not', (_, used, isShort) => {
  expect(processUsing(used).isShort()).toBe(isShort);
});

test('what is garbage is collected before anybody is refused, and no more often than every two seconds', () => {
  const { isShort, collect } = processUsing({ garbage: 500 });
  expect(isShort()).toBe(false);
  expect(collect).toHaveBeenCalledTimes(1);

  const full = processUsing({ external: 500 });
  const startedAt = performance.now();
  try {
    for (const ms of [0, 50, 150, 1_000, 1_900]) {
      vi.spyOn(performance, 'now').mockReturnValue(startedAt + ms);
      expect(full.isShort()).toBe(true);
    }
    expect(full.collect).toHaveBeenCalledTimes(1);
    vi.spyOn(performance, 'now').mockReturnValue(startedAt + 2_500);
    expect(full.isShort()).toBe(true);
    expect(full.collect).toHaveBeenCalledTimes(2);
  } finally {
    vi.restoreAllMocks();
  }
});

test('this process has memory left', () => {
  expect(memoryPressure(100_000 * MB)()).toBe(false);
});

/** Sends the beginning of a body of 900 kB, which is nearly all of it; resolves with its connection. */
async function sendMost(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  const head = [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    'content-length: 900000',
  ];
  socket.on('error', () => {}).write(`${head.join('\r\n')}\r\n\r\n`);
  if (!socket.write(Buffer.alloc(890_000, ' '))) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  return socket;
}

test('newcomers are refused while unfinished bodies fill the memory, and let in when they are gone', {
  timeout: 60_000,
}, async () => {
  await using gateway = await startProcess({ MAX_MEMORY: '300mb' });
  const post = () =>
    fetch(`${gateway.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
  const port = Number(new URL(gateway.origin).port);
  const unfinished: Socket[] = [];
  let response = await post();
  while (response.status === 200 && unfinished.length < 600) {
    unfinished.push(...(await Promise.all(Array.from({ length: 20 }, () => sendMost(port)))));
    response = await post();
  }
  expect(response.status).toBe(503);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await fetch(`${gateway.origin}/health`)).status).toBe(200);

  for (const socket of unfinished) socket.destroy();
  await vi.waitFor(async () => expect((await post()).status).toBe(200), { timeout: 10_000, interval: 100 });
});
