import { expect, test } from 'vitest';
import { startScene } from './crowd.ts';

const SYSTEM = 'SOR_767yUpsMJoTWi0mz';
const CUSTOMERS = Array.from({ length: 25 }, (_, n) => `customer-${n}`);
const DATED = {
  query: `query ($ids: [ID!]!) {
    customerProfiles(first: 25, filter: { customerIds: $ids }) { nodes {
      attribute(system: "${SYSTEM}", key: "contract_type") { value since }
    } }
  }`,
  variables: { ids: CUSTOMERS },
};

/** Ten calls at once, ten when the first second is over, and six after another one. */
const LIMITS = { perSecond: 10, perMinute: 150 };
const WAITING_MS = 2_000;

/** What the operation comes to in a gateway that has just started. */
async function dated(limits: typeof LIMITS | 'none') {
  const SOR_RATE = limits === 'none' ? limits : `${limits.perSecond}/s,${limits.perMinute}/m`;
  await using scene = await startScene({ SOR_RATE, CACHE: 'off' }, 0);
  scene.sor.limits = limits;
  const values = { [SYSTEM]: { contract_type: 'Premium' } };
  scene.sor.insertProfiles(CUSTOMERS.map((customerId) => ({ customerId, type: 'user_id', values })));
  const [outcome] = await scene.crowd([DATED]);
  const { data, errors, answeredAfterMs = 0 } = outcome ?? {};
  return { data, errors, tookMs: answeredAfterMs, statuses: scene.sor.api.calls.map(({ status }) => status) };
}

test('25 profiles with the validity dates of one system are 26 calls in the time that the limits need', async () => {
  const unlimited = await dated('none');
  const { data, errors, tookMs, statuses } = await dated(LIMITS);

  const smallestMs = WAITING_MS + unlimited.tookMs;
  const figures = { calls: statuses.length, tookMs: Math.round(tookMs), smallestMs: Math.round(smallestMs) };
  process.stdout.write(`25 profiles with dates at 10/s: ${JSON.stringify(figures)}\n`);
  expect(statuses).toEqual(Array(26).fill(200));
  expect(errors).toEqual([]);
  const attribute = { value: 'Premium', since: expect.any(String) };
  expect(data.customerProfiles.nodes).toEqual(Array(25).fill({ attribute }));
  expect(tookMs).toBeLessThanOrEqual(1.15 * smallestMs);
});
