import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { RateLimit } from '../../src/sandbox/rate-limit.ts';
import { startProcess } from '../support/process.ts';
import { ask, longestSilence } from './replicas.ts';

const SECONDS = 200;
const STRANGERS_PER_SECOND = 5;
const LIMITS = { perSecond: 10, perMinute: 600 };

test('with a stranger on the account and no word of it but 429s, most of what is left is used without a silence', async () => {
  await using hood = await startHood({ rows: 0, limits: 'none' });
  const account = new RateLimit();
  const take = () => {
    const admission = account.admit(LIMITS);
    if (admission.admitted) admission.leave?.();
    return admission.admitted;
  };
  hood.dials.latencyMs = 20;
  hood.dials.fault = () => (take() ? undefined : { kind: 'status', status: 429 });
  const env = { HOOD_URL: hood.origin, HOOD_TOKEN: hood.token, HOOD_RATE: '10/s,600/m', CACHE: 'off' };
  await using gateway = await startProcess(env);
  let taken = 0;
  const stranger = setInterval(() => {
    if (take()) taken += 1;
  }, 1000 / STRANGERS_PER_SECOND);
  const from = performance.now();
  let isOver = false;
  const callers = Array.from({ length: 20 }, async (_, caller) => {
    for (let id = caller; !isOver; id += 20) await ask(gateway.origin, id);
  });
  await sleep(SECONDS * 1000);
  const until = performance.now();
  clearInterval(stranger);
  isOver = true;
  await Promise.all(callers);

  const calls = hood.calls.filter(({ at }) => at >= from && at < until);
  const figures = {
    answered: calls.filter(({ status }) => status !== undefined && status !== 429).length,
    refused: calls.filter(({ status }) => status === 429).length,
    taken,
    silence: Math.round(longestSilence([from, ...calls.map(({ at }) => at), until])),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  const left = SECONDS * (LIMITS.perSecond - STRANGERS_PER_SECOND);
  expect(figures.answered).toBeGreaterThanOrEqual(0.6 * left);
  expect(figures.silence).toBeLessThanOrEqual(3_000);
});
