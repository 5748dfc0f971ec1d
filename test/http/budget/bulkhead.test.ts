import { expect, test, vi } from 'vitest';
import { bulkhead } from '../../../src/http/budget/bulkhead.ts';
import { BEHIND_PROXY, callersOf, keepBusy } from '../../support/callers.ts';
import { startGateway } from '../../support/gateway.ts';
import { settled } from './manual-clock.ts';

const lookup = (hoodId: string) => `{ gdprRequest(hoodId: "${hoodId}") { hoodId } }`;
const PATIENT = { timeout: 10_000 };

/** A call as a guard sees it. */
const attempt = { method: 'GET', route: '/', signal: undefined, deadline: 1e9, priority: 'interactive' } as const;

test('an account without limits has 50 calls at a time, and callers take turns for the next', async () => {
  const [HOOD_RATE, most] = ['none', 50];
  await using gateway = await startGateway({ env: { ...BEHIND_PROXY, REQUEST_DEADLINE: '60s', HOOD_RATE } });
  const callers = await callersOf(gateway);
  const { calls, dials } = gateway.hood;
  const answers: (() => void)[] = [];
  dials.lie = (_, honest) => new Promise((resolve) => answers.push(() => resolve(honest)));
  await using _busy = keepBusy(callers('192.0.2.1'), most + 10, (n) => lookup(`greedy-${n}`));
  await vi.waitFor(() => expect(answers).toHaveLength(most), PATIENT);
  const polite = callers('192.0.2.2')(lookup('polite'));
  await callers('192.0.2.3')('{ __typename }');
  expect(calls).toHaveLength(most);
  for (const answer of answers.splice(0, 2)) answer();
  await vi.waitFor(() => expect(answers).toHaveLength(most), PATIENT);
  expect(calls.slice(most).map(({ line }) => line.includes('polite'))).toContain(true);
  dials.lie = undefined;
  for (const answer of answers) answer();
  await polite;
});

test('an account with limits has as many calls at a time as these allow, however slow the API is', async () => {
  await using gateway = await startGateway({ env: { REQUEST_DEADLINE: '60s', HOOD_RATE: '1000/s,60000/m' } });
  const { dials } = gateway.hood;
  const answers: (() => void)[] = [];
  dials.lie = (_, honest) => new Promise((resolve) => answers.push(() => resolve(honest)));
  const asked = Array.from({ length: 150 }, (_, n) => gateway.query(lookup(`slow-${n}`)));
  await vi.waitFor(() => expect(answers).toHaveLength(150), PATIENT);
  for (const answer of answers) answer();
  await Promise.all(asked);
});

test('whoever leaves while waiting, or has no time left, takes no place', async () => {
  const guard = bulkhead(1);
  const sent: string[] = [];
  const first = Promise.withResolvers<{ status: number; headers: object }>();
  const call = (name: string, own = {}, answer: Promise<unknown> = Promise.resolve()) =>
    guard({ ...attempt, ...own }, async () => {
      sent.push(name);
      await answer;
      return { status: 200, headers: {} };
    });
  const open = call('first', {}, first.promise);
  const leaving = new AbortController();
  const left = expect(call('left', { signal: leaving.signal })).rejects.toThrow('left');
  const late = expect(call('late', { deadline: performance.now() + 1 })).rejects.toThrow('DEADLINE');
  const background = call('background', { priority: 'background' });
  const last = call('last');
  leaving.abort(new Error('left'));
  await Promise.all([left, late]);
  expect(sent).toEqual(['first']);
  first.resolve({ status: 200, headers: {} });
  await Promise.all([open, background, last]);
  expect(sent).toEqual(['first', 'last', 'background']);
});

test('a place that comes in the moment in which somebody leaves is the next one’s', async () => {
  const guard = bulkhead(1);
  const first = Promise.withResolvers<void>();
  const open = guard(attempt, async () => {
    await first.promise;
    return { status: 200, headers: {} };
  });
  const leaving = new AbortController();
  const left = guard({ ...attempt, signal: leaving.signal }, async () => ({ status: 200, headers: {} }));
  leaving.abort(new Error('left'));
  first.resolve();
  await expect(left).rejects.toThrow('left');
  await open;
  await settled();
  expect(await guard(attempt, async () => ({ status: 204, headers: {} }))).toMatchObject({ status: 204 });
});
