import { beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { drip, overlong } from '../support/endless-answers.ts';
import type { Gateway } from '../support/gateway.ts';
import { CASES, type Case } from './cases.ts';
import { withNulls } from './nulls.ts';
import { type Place, startFailing, startHealthy } from './places.ts';

const DEADLINE_MS = 1_000;
/** For what fails at once: on a machine that has much else to do it would else fail at the deadline, for that reason. */
const PATIENT_DEADLINE_MS = 3_000;
const LONG_DEADLINE_MS = 10_000;
/** How late an answer may be on a machine that has much else to do. */
const SLACK_MS = 2_000;

const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  kind: 'status',
  status: code,
  headers,
});

/** Answers that are too long are more work than many of them at once leave time for: they go one by one. */
const FAULTS: [name: string, fault: Fault | 'refused', code: string, isOneByOne?: boolean][] = [
  ['refused connections', 'refused', 'UPSTREAM_UNAVAILABLE'],
  ['resets', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
  ['resets in the middle of the body', { kind: 'resetMidBody' }, 'UPSTREAM_UNAVAILABLE'],
  ['500', status(500), 'UPSTREAM_UNAVAILABLE'],
  ['503', status(503), 'UPSTREAM_UNAVAILABLE'],
  ['429 with Retry-After', status(429, { 'retry-after': '1' }), 'RATE_LIMITED'],
  ['429 without Retry-After', status(429), 'RATE_LIMITED'],
  ['HTML', { kind: 'html' }, 'UPSTREAM_BAD_RESPONSE'],
  ['JSON that ends in the middle', { kind: 'truncated' }, 'UPSTREAM_BAD_RESPONSE'],
  ['JSON without an end', overlong(40_000_000), 'UPSTREAM_BAD_RESPONSE', true],
  ['silence', { kind: 'silence' }, 'UPSTREAM_TIMEOUT'],
  ['a slow drip', drip(50), 'UPSTREAM_TIMEOUT'],
];

const HEALTHY = new Map<Case, unknown>();

beforeAll(async () => {
  await using gateway = await startHealthy();
  for (const one of CASES) {
    const { data, errors } = await gateway.query(one.query);
    expect(errors, one.query).toBeUndefined();
    HEALTHY.set(one, data);
  }
});

async function outcomeOf(gateway: Gateway, one: Case, deadlineMs: number) {
  const startedAt = performance.now();
  const answer = await gateway.query(one.query, {}, { 'x-request-deadline': `${deadlineMs}ms` });
  return { one, ...answer, tookMs: performance.now() - startedAt };
}

/** Faults that would be over by themselves only after the deadline: these wait for it, or for `Retry-After`. */
const ENDS_AT_DEADLINE = ['UPSTREAM_TIMEOUT', 'RATE_LIMITED'];

async function allOutcomes(gateway: Gateway, code: string, isOneByOne: boolean) {
  const deadlineMs = ENDS_AT_DEADLINE.includes(code) ? DEADLINE_MS : PATIENT_DEADLINE_MS;
  if (!isOneByOne) return Promise.all(CASES.map((one) => outcomeOf(gateway, one, deadlineMs)));
  const outcomes: Awaited<ReturnType<typeof outcomeOf>>[] = [];
  for (const one of CASES) outcomes.push(await outcomeOf(gateway, one, LONG_DEADLINE_MS));
  return outcomes;
}

describe.each<[name: string, place: Place, faults: typeof FAULTS]>([
  ['Hood', 'hood', FAULTS],
  ['the System of Record', 'sor', FAULTS],
  ['the System of Record beside its profiles', 'sorLookups', FAULTS.filter(([, fault]) => fault !== 'refused')],
])('%s gives', (_, place, faults) => {
  test.each(faults)(
    '%s: what needs it fails alone, in time, and says why',
    async (...row) => {
      const [, fault, code, isOneByOne = false] = row;
      await using gateway = await startFailing(place, fault);
      const limitMs = (isOneByOne ? LONG_DEADLINE_MS : DEADLINE_MS) + SLACK_MS;
      for (const { one, data, errors = [], tookMs } of await allOutcomes(gateway, code, isOneByOne)) {
        const expected = withNulls(HEALTHY.get(one), one[place] ?? []);
        expect(data, one.query).toEqual(expected.data);
        const nulled = one.isSaid ? [] : expected.nulled.sort();
        expect(errors.map(({ path }) => path?.join('.')).sort(), one.query).toEqual(nulled);
        for (const { extensions } of errors) expect(extensions, one.query).toMatchObject({ code });
        expect(tookMs, one.query).toBeLessThan(limitMs);
      }
      expect((await gateway.fetch('/health')).status).toBe(200);
    },
    60_000,
  );
});
