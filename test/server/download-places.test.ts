import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { serve } from '../../src/sandbox/server.ts';
import { startGateway } from '../support/gateway.ts';
import { exportLink } from '../support/link.ts';

/** An export of Hood, whose file has no end. */
const EXPORT = { total: 1, items: [{ id: '1', status: 'ready', download_url: 'x' }] };

function startHood() {
  const block = Buffer.alloc(16_384, 'x');
  const endless = function* () {
    for (;;) yield block;
  };
  return serve(({ segments }) =>
    segments.at(-1) === 'download'
      ? { status: 200, headers: { 'content-type': 'text/csv' }, body: Readable.from(endless()) }
      : { status: 200, json: EXPORT },
  );
}

/** A link that one of several callers got. */
const linkOf = (origin: string, n: number) => exportLink('1', { origin, holder: `address:192.0.2.${n}` });

/** Asks for the file, and reads nothing of it. */
async function download(url: string): Promise<IncomingMessage> {
  const asked = get(url, { agent: false });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => {});
  return answer;
}

const statusesOf = (answers: IncomingMessage[]) =>
  [200, 503].map((status) => answers.filter(({ statusCode }) => statusCode === status).length);

test('a hundred stalled downloads leave operations of the same API alone', async () => {
  await using hood = await startHood();
  await using gateway = await startGateway({ env: { HOOD_URL: hood.origin } });
  const origin = await gateway.listen();
  const answers: IncomingMessage[] = [];
  for (let n = 1; n <= 10; n += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 10 }, () => download(linkOf(origin, n))))));
  }
  expect(statusesOf(answers)).toEqual([20, 80]);
  const refused = answers.find(({ statusCode }) => statusCode === 503);
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);

  const outcomes = await Promise.all(
    Array.from({ length: 90 }, (_, n) => gateway.query(`{ hoodExports(first: ${n + 1}) { totalCount } }`)),
  );
  expect(outcomes.filter(({ errors }) => errors)).toEqual([]);
  for (const answer of answers) answer.destroy();
});

test('one caller has five downloads at a time, and another as soon as one of them ends', async () => {
  await using hood = await startHood();
  await using gateway = await startGateway({ env: { HOOD_URL: hood.origin } });
  const origin = await gateway.listen();
  const url = linkOf(origin, 1);
  const answers = await Promise.all(Array.from({ length: 7 }, () => download(url)));
  expect(statusesOf(answers)).toEqual([5, 2]);
  const elsewhere = await download(linkOf(origin, 2));
  expect(elsewhere.statusCode).toBe(200);

  answers.find(({ statusCode }) => statusCode === 200)?.destroy();
  await vi.waitFor(async () => {
    const next = await download(url);
    answers.push(next);
    expect(next.statusCode).toBe(200);
  });
  for (const answer of [...answers, elsewhere]) answer.destroy();
});

test('a download that fails keeps no place', async () => {
  await using hood = await startHood();
  await using gateway = await startGateway({ env: { HOOD_URL: hood.origin } });
  const url = linkOf(await gateway.listen(), 1);
  hood.dials.fault = () => ({ kind: 'status', status: 404 });
  for (let n = 0; n < 7; n += 1) expect((await download(url)).resume().statusCode).toBe(404);
  hood.dials.fault = undefined;
  const answer = await download(url);
  expect(answer.statusCode).toBe(200);
  answer.destroy();
});
