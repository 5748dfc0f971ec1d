import { once } from 'node:events';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { type HoodSandbox, startHood } from '../../src/sandbox/hood/server.ts';
import { call } from './hood-client.ts';

const EMPTY = { rows: 0, samples: false, limits: 'none' } as const;

test('a download is the CSV of the row, of its size rounded up to a line, in chunks without a length', async () => {
  await using hood = await startHood({ rows: 0 });
  const { status, headers, text } = await call(hood, 'exports/1000000/download');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/csv');
  expect(headers.get('content-length')).toBeNull();
  const lines = text.split('\n');
  expect(lines[0]).toBe('client_id,first_name,last_name,email');
  expect(lines[1]).toMatch(/^17000000000000000000,/);
  expect(lines.at(-1)).toBe('');
  expect(Buffer.byteLength(text)).toBeGreaterThanOrEqual(125);
  expect(Buffer.byteLength(text)).toBeLessThan(125 + 100);
});

test.each([0, 37, 38, 500, 100_000, 1_000_000])('a file of %i bytes has whole lines only', async (size) => {
  await using hood = await startHood(EMPTY);
  hood.insert('exports', [{ id: '1', status: 'ready', size, extension: 'csv', mime_type: 'text/csv' }]);
  const { text } = await call(hood, 'exports/1/download');
  const bytes = Buffer.byteLength(text);
  expect(bytes).toBeGreaterThanOrEqual(Math.max(size, 37));
  expect(bytes).toBeLessThan(Math.max(size, 37) + 100);
  expect(
    text
      .trimEnd()
      .split('\n')
      .every((line) => line.split(',').length === 4),
  ).toBe(true);
});

test('an export of another kind comes in its own content type', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('exports', [
    { id: '1', status: 'ready', size: '400', extension: 'json', mime_type: 'application/x-ndjson' },
  ]);
  const { headers, text } = await call(hood, 'exports/1/download');
  expect(headers.get('content-type')).toBe('application/x-ndjson');
  const people = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(people.length).toBeGreaterThan(1);
  expect(people[0]).toMatchObject({ clientId: '17000000000000000000', email: expect.stringContaining('@') });
});

test('every download is counted', async () => {
  await using hood = await startHood({ rows: 0 });
  await call(hood, 'exports/1000000/download');
  await call(hood, 'exports/1000000/download');
  const { body } = await call(hood, 'exports/1000000?fields=download_count');
  expect(body.items).toEqual([{ download_count: 3 }]);
});

test('what does not exist or is not ready is not downloaded', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('exports', [{ id: '1', status: 'running', size: 10 }]);
  expect((await call(hood, 'exports/2/download')).status).toBe(404);
  const { status, body, reason } = await call(hood, 'exports/1/download');
  expect([status, body.code, reason]).toEqual([400, 400, 'the export is running']);
  expect((await call(hood, 'customer-data/1/download')).status).toBe(404);
  expect((await call(hood, 'exports/1/upload')).status).toBe(404);
});

test('a terabyte is sent no faster than it is read, and ends when its reader leaves', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('exports', [{ id: '1', status: 'ready', size: 2 ** 40, extension: 'csv', mime_type: 'text/csv' }]);
  const memoryBefore = process.memoryUsage().arrayBuffers;
  const leave = await readFirstBytes(hood, 'exports/1/download');
  expect(process.memoryUsage().arrayBuffers - memoryBefore).toBeLessThan(32 * 2 ** 20);
  expect(hood.calls[0]?.aborted).toBe(false);

  leave();
  await expect.poll(() => hood.calls[0]?.aborted).toBe(true);
});

/** Reads one chunk and then no more; returns how to leave. */
async function readFirstBytes(hood: HoodSandbox, path: string): Promise<() => void> {
  const outgoing = request(`${hood.origin}/v1/hood/${path}`, {
    headers: { authorization: `Bearer ${hood.token}` },
  });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  await once(response, 'readable');
  response.read(1);
  return () => outgoing.destroy();
}
