import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { serve } from '../../src/sandbox/server.ts';

test('a streamed body is ended when its reader leaves, and the call is seen as aborted', async () => {
  const body = Readable.from(endlessly('line\n'.repeat(1000)));
  await using api = await serve(() => ({ status: 200, body }));
  const outgoing = request(api.origin);
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  await once(response, 'readable');
  expect(body.destroyed).toBe(false);

  const closed = new Promise((resolve) => body.once('close', resolve));
  outgoing.destroy();
  await closed;
  expect(api.calls[0]?.aborted).toBe(true);
});

test('latency delays the answer, not the work behind it', async () => {
  const worked = Promise.withResolvers<number>();
  await using api = await serve(() => {
    worked.resolve(performance.now());
    return { status: 204 };
  });
  api.dials.latencyMs = 150;
  const sent = performance.now();
  const answered = fetch(api.origin).then(() => performance.now());
  expect((await answered) - (await worked.promise)).toBeGreaterThanOrEqual(149);
  expect((await answered) - sent).toBeGreaterThanOrEqual(149);
});

test('a mistake of the stand-in is a 599 that shows it, never a documented error', async () => {
  await using api = await serve(() => {
    throw new TypeError('no such table');
  });
  const response = await fetch(api.origin);
  expect(response.status).toBe(599);
  expect(await response.text()).toContain('TypeError: no such table');
});

function* endlessly(text: string): Generator<string> {
  while (true) yield text;
}
