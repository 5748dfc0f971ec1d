import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UpstreamError } from '../../../src/http/client/upstream-error.ts';
import { budgetOf, type Call, NARROW } from './budgeted-calls.ts';
import { settled } from './manual-clock.ts';

test('a call that cannot be answered in time is refused at once, without a call, and told when to come again', async () => {
  const { clock, call, calls, sent } = budgetOf(NARROW);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) call(name);
  await clock.moveTo(10);
  const refused = call('hasty', { deadline: 2_000 });
  await settled();
  expect(refused.isOver).toBe(true);
  expect(refused.failure).toBeInstanceOf(UpstreamError);
  expect(refused.failure).toMatchObject({
    api: 'HOOD',
    failure: 'rateLimited',
    route: '/v1/hood/exports',
    retryAfter: 4,
  });
  await clock.moveTo(9_000);
  expect(sent()).not.toContain('hasty');
  expect(calls.every(({ failure }) => failure === undefined)).toBe(true);
});

/** Plays calls that take so long, and then two that fill the second; tells when there will be a place again. */
async function afterAnswersOf(times: readonly number[]) {
  const made = budgetOf(NARROW);
  const { clock, call } = made;
  for (const takesMs of times) {
    call('before', { takesMs });
    await clock.moveTo(clock.time + 2_000);
  }
  for (const name of ['a', 'b']) call(name, { takesMs: 500 });
  await clock.moveTo(clock.time + 500);
  return { ...made, freeAt: clock.time + 1_050 };
}

test.each([
  ['time for the usual answer', Array<number>(20).fill(500), 400, 800],
  [
    'the more time, the more uneven answers are,',
    Array<number>(10)
      .fill(100)
      .flatMap((low) => [low, 900]),
    1_000,
    3_000,
  ],
])('%s must be left for a call that waits', async (_, times, tooLittleMs, enoughMs) => {
  const { clock, call, freeAt } = await afterAnswersOf(times);
  const hasty = call('hasty', { deadline: freeAt + tooLittleMs });
  const patient = call('patient', { deadline: freeAt + enoughMs });
  await settled();
  expect(hasty.failure).toMatchObject({ failure: 'rateLimited' });
  await clock.moveTo(freeAt);
  expect(patient.sentAt).toBe(freeAt);
});

test('a slow route does not have calls of another one refused', async () => {
  const { clock, call, calls } = budgetOf(NARROW);
  call('slow', { takesMs: 8_000, route: '/v1/hood/gdpr-requests', deadline: 20_000 });
  await clock.moveTo(12_000);
  for (const name of ['a', 'b', 'c', 'd', 'e']) call(name, { deadline: clock.time + 5_000 });
  await clock.moveTo(clock.time + 5_000);
  expect(calls.map(({ failure }) => failure)).toEqual(Array(6).fill(undefined));
});

test('a call whose place comes too late, as the process was busy, is not sent', async () => {
  const { clock, call, sent } = budgetOf({ perSecond: 1, perMinute: 150 });
  clock.lateMs = 30;
  call('a');
  const [late, next] = [call('late', { deadline: 1_110 }), call('next')];
  await clock.moveTo(1_109);
  expect(late.isOver).toBe(false);
  await clock.moveTo(2_000);
  expect(late.failure).toMatchObject({ failure: 'rateLimited' });
  expect(next.sentAt).toBe(1_130);
  expect(sent()).toEqual(['a', 'next']);
});

test('what need not wait is sent, however little time is left for the usual answer', async () => {
  const { clock, call } = budgetOf(NARROW);
  call('slow', { takesMs: 5_000 });
  await clock.moveTo(8_000);
  const hasty = call('hasty', { deadline: clock.time + 100 });
  await clock.moveTo(clock.time + 50);
  expect(hasty).toMatchObject({ failure: undefined, isOver: true });
});

test('a background call counts on all interactive ones before it', async () => {
  const { clock, call } = budgetOf(NARROW);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) call(name);
  await clock.moveTo(10);
  const [hasty, patient] = [2_000, 6_000].map((patienceMs) =>
    call('back', { priority: 'background', deadline: clock.time + patienceMs }),
  );
  await settled();
  expect(hasty?.failure).toMatchObject({ failure: 'rateLimited' });
  await clock.moveTo(9_000);
  expect(patient).toMatchObject({ failure: undefined, isOver: true });
});

test('a call that is over before it begins neither waits nor takes a place', async () => {
  const { clock, call, sent } = budgetOf({ perSecond: 1, perMinute: 150 });
  call('a', { takesMs: 500 });
  await settled();
  // Where it would be sent it is refused with the reason that it has.
  const gone = [call('aborted', { signal: AbortSignal.abort() }), call('late', { deadline: clock.time })];
  await settled();
  expect(sent()).toEqual(['a', 'aborted', 'late']);
  call('b');
  await clock.moveTo(1_600);
  expect(gone.map(({ failure }) => failure)).toEqual([undefined, undefined]);
  expect(sent()).toEqual(['a', 'aborted', 'late', 'b']);
});

test('all of a route wait out a 429, but those who cannot are told when they would have had their turn', async () => {
  const { clock, call } = budgetOf(NARROW);
  call('a', { answer: () => ({ status: 429, headers: { 'retry-after': '5' } }) });
  call('b');
  const patient = call('patient');
  const hasty = call('hasty', { deadline: 3_000 });
  await clock.moveTo(1_100);
  expect(hasty.failure).toMatchObject({ failure: 'rateLimited', retryAfter: 4 });
  await clock.moveTo(4_900);
  expect(patient).toMatchObject({ isOver: false, sentAt: undefined });
});

test('when every place is held by a call under way, whoever waits in vain is told at the deadline', async () => {
  const { clock, call } = budgetOf(NARROW);
  for (const name of ['a', 'b']) call(name, { takesMs: 60_000, deadline: 70_000 });
  const waiting = call('c', { deadline: 3_000 });
  await clock.moveTo(2_900);
  expect(waiting.isOver).toBe(false);
  await clock.moveTo(3_002);
  expect(waiting.failure).toMatchObject({ failure: 'rateLimited' });
});

test('every call is sent while its answer can come in time, or refused without being sent', async () => {
  const call = fc.record({
    afterMs: fc.nat(400),
    patienceMs: fc.integer({ min: 1, max: 6_000 }),
    caller: fc.nat(3),
    priority: fc.constantFrom('interactive' as const, 'background' as const),
    leavesAfterMs: fc.option(fc.nat(3_000), { nil: undefined, freq: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 60 }), async (demand) => {
      const { clock, call, sent } = budgetOf({ perSecond: 3, perMinute: 40 });
      const callers = [{}, {}, {}, {}];
      const made: { call: Call; deadline: number }[] = [];
      for (const [index, { afterMs, patienceMs, caller, priority, leavesAfterMs }] of demand.entries()) {
        await clock.moveTo(clock.time + afterMs);
        const leaving = new AbortController();
        if (leavesAfterMs !== undefined) clock.after(leavesAfterMs, () => leaving.abort(new Error('left')));
        const deadline = clock.time + patienceMs;
        const options = { deadline, operation: callers[caller], priority, signal: leaving.signal };
        made.push({ call: call(String(index), options), deadline });
      }
      await clock.moveTo(clock.time + 6_050);
      for (const { call, deadline } of made) {
        expect(call.isOver).toBe(true);
        if (call.failure === undefined) expect(call.sentAt).toBeLessThanOrEqual(deadline);
        else expect(sent()).not.toContain(call.name);
      }
    }),
    { numRuns: 40 },
  );
});
