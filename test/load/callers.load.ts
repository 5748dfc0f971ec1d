import { expect, test } from 'vitest';
import { BEHIND_PROXY, callersOf, keepBusy } from '../support/callers.ts';
import { startGateway } from '../support/gateway.ts';

const FOR_MS = 60_000;

/** One call each, and never the same. */
const lookup = (hoodId: string) => `{ gdprRequest(hoodId: "${hoodId}") { hoodId } }`;

test('beside a caller with sixty operations at a time, one with a single one loses none', async () => {
  const limits = { perSecond: 10, perMinute: 150 };
  await using gateway = await startGateway({ env: { ...BEHIND_PROXY, HOOD_RATE: '10/s,150/m' }, hood: { limits } });
  const callers = await callersOf(gateway);
  await using greedy = keepBusy(callers('192.0.2.1'), 60, (n) => lookup(`greedy-${n}`));
  const polite = callers('192.0.2.2');
  const until = performance.now() + FOR_MS;
  const answers = [];
  let slowestMs = 0;
  while (performance.now() < until) {
    const startedAt = performance.now();
    answers.push(await polite(lookup(`polite-${answers.length}`)));
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  }
  const failed = answers.filter(({ errors }) => errors);
  const calls = gateway.hood.calls.length;
  process.stdout.write(
    `one at a time: ${answers.length - failed.length} of ${answers.length} answered, within ${Math.round(slowestMs)} ms; ` +
      `sixty at a time: ${greedy.answers.filter(({ errors }) => !errors).length} of ${greedy.answers.length}; ${calls} calls\n`,
  );
  expect(failed).toEqual([]);
  expect(answers.length).toBeGreaterThan(20);
  expect(slowestMs).toBeLessThan(10_000);
  expect(calls).toBeGreaterThan(140);
  expect(gateway.hood.calls.map(({ status }) => status)).not.toContain(429);
});
