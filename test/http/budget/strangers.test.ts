import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnswerHead } from '../../../src/http/client/exchange.ts';
import { RateLimit } from '../../../src/sandbox/rate-limit.ts';
import { budgetOf } from './budgeted-calls.ts';

const LIMITS = { perSecond: 10, perMinute: 600 };
const UNTIL_MS = 200_000;
const CALLERS = 12;

const WELL: AnswerHead = { status: 200, headers: {} };
const TOO_MANY: AnswerHead = { status: 429, headers: {} };

/** When calls went out beside a stranger, who calls after each of the `pausesMs` in turn, and whether they were answered. */
async function playBeside(pausesMs: readonly number[], takesMs: number, routes: number) {
  const { clock, call } = budgetOf(LIMITS);
  const account = new RateLimit(() => clock.time);
  const isAdmitted = () => {
    const admission = account.admit(LIMITS);
    if (admission.admitted) admission.leave?.();
    return admission.admitted;
  };
  let pauses = 0;
  const stranger = () => {
    isAdmitted();
    clock.after(pausesMs[pauses++ % pausesMs.length] ?? 0, stranger);
  };
  stranger();
  const sent: { at: number; isAnswered: boolean }[] = [];
  const answer = () => {
    const isAnswered = isAdmitted();
    sent.push({ at: clock.time, isAnswered });
    return isAnswered ? WELL : TOO_MANY;
  };
  const poll = async (caller: number) => {
    while (clock.time < UNTIL_MS) await call('poll', { takesMs, answer, route: `/route/${caller % routes}` }).over;
  };
  for (let caller = 0; caller < CALLERS; caller += 1) void poll(caller);
  await clock.moveTo(UNTIL_MS);
  return sent;
}

test('beside a stranger of whom only 429s tell, most of what is left is used, without a silence while callers wait', async () => {
  const pauses = fc.array(fc.integer({ min: 150, max: 400 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      pauses,
      fc.integer({ min: 5, max: 300 }),
      fc.integer({ min: 1, max: 3 }),
      async (pausesMs, ...how) => {
        const sent = await playBeside(pausesMs, ...how);
        const mean = pausesMs.reduce((sum, ms) => sum + ms) / pausesMs.length;
        const left = UNTIL_MS * (LIMITS.perSecond / 1000 - 1 / mean);
        expect(sent.filter(({ isAnswered }) => isAnswered).length).toBeGreaterThanOrEqual(0.6 * left);
        const times = [0, ...sent.map(({ at }) => at), UNTIL_MS];
        expect(Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)))).toBeLessThanOrEqual(3_000);
      },
    ),
    { numRuns: 3, endOnFailure: true },
  );
});
