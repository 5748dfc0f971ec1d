import { expect, test } from 'vitest';
import { type Limits, RateLimit } from '../../src/sandbox/rate-limit.ts';

const DOCUMENTED: Limits = { perSecond: 10, perMinute: 150 };

test('the eleventh call within a second waits until the first is a second old', () => {
  const { limit, clock } = limitWithClock();
  for (let call = 0; call < 10; call += 1) {
    expect(limit.admit(DOCUMENTED).admitted).toBe(true);
    clock.now += 50;
  }
  expect(limit.admit(DOCUMENTED)).toEqual({ admitted: false, headers: { 'retry-after': '1' } });

  clock.now = 999.9;
  expect(limit.admit(DOCUMENTED).admitted).toBe(false);
  clock.now = 1000;
  expect(limit.admit(DOCUMENTED).admitted).toBe(true);
  expect(limit.admit(DOCUMENTED).admitted).toBe(false);
});

test('no window of a second ever holds more than ten calls, wherever it starts', () => {
  const { limit, clock } = limitWithClock();
  const admitted: number[] = [];
  for (; clock.now < 5000; clock.now += 7) if (limit.admit(DOCUMENTED).admitted) admitted.push(clock.now);

  const busiest = Math.max(...admitted.map((from) => admitted.filter((at) => at >= from && at < from + 1000).length));
  expect(busiest).toBe(10);
  expect(admitted.length).toBeGreaterThanOrEqual(49);
});

test('the call over the minute is told the seconds until a minute after the first, rounded up', () => {
  const { limit, clock } = limitWithClock();
  for (let call = 0; call < 150; call += 1) {
    expect(limit.admit(DOCUMENTED).admitted).toBe(true);
    clock.now += 200;
  }
  clock.now = 30_000.5;
  expect(limit.admit(DOCUMENTED).headers).toEqual({ 'retry-after': '30' });
  clock.now = 60_000;
  expect(limit.admit(DOCUMENTED).admitted).toBe(true);
});

test('an admitted call is told what is left of the tighter window and when that opens again', () => {
  const { limit, clock } = limitWithClock();
  expect(limit.admit(DOCUMENTED).headers).toEqual({
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '9',
    'x-ratelimit-reset': '1',
  });
  for (let call = 1; call < 145; call += 1) {
    clock.now += 200;
    limit.admit(DOCUMENTED);
  }
  clock.now = 31_000;
  expect(limit.admit(DOCUMENTED).headers).toEqual({
    'x-ratelimit-limit': '150',
    'x-ratelimit-remaining': '4',
    'x-ratelimit-reset': '29',
  });
});

test('a call over the parallel ones is told -1, until one of them is out', () => {
  const { limit } = limitWithClock();
  const limits = { ...DOCUMENTED, parallel: 2 };
  const first = limit.admit(limits);
  limit.admit(limits);
  expect(limit.admit(limits)).toEqual({ admitted: false, headers: { 'retry-after': '-1' } });

  if (first.admitted) first.leave?.();
  expect(limit.admit(limits).admitted).toBe(true);
  expect(limit.admit(limits).admitted).toBe(false);
});

test('refused calls do not count, so that whoever waits as told gets in', () => {
  const { limit, clock } = limitWithClock();
  const limits = { perSecond: 1, perMinute: 150 };
  limit.admit(limits);
  for (clock.now = 10; clock.now < 1000; clock.now += 10) expect(limit.admit(limits).admitted).toBe(false);
  expect(limit.admit(limits).admitted).toBe(true);
});

test('a lowered limit waits until enough of the earlier calls are forgotten', () => {
  const { limit, clock } = limitWithClock();
  for (let call = 0; call < 4; call += 1) {
    limit.admit(DOCUMENTED);
    clock.now += 100;
  }
  const lowered = { perSecond: 2, perMinute: 150 };
  expect(limit.admit(lowered).headers).toEqual({ 'retry-after': '1' });
  clock.now = 1199;
  expect(limit.admit(lowered).admitted).toBe(false);
  clock.now = 1200;
  expect(limit.admit(lowered).admitted).toBe(true);
});

test('"none" admits everything, says nothing and counts nothing', () => {
  const { limit } = limitWithClock();
  for (let call = 0; call < 500; call += 1) {
    expect(limit.admit('none')).toMatchObject({ admitted: true, headers: {} });
  }
  expect(limit.admit(DOCUMENTED).headers['x-ratelimit-remaining']).toBe('9');
});

function limitWithClock() {
  const clock = { now: 0 };
  return { clock, limit: new RateLimit(() => clock.now) };
}
