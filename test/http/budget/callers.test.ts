import { expect, test, vi } from 'vitest';
import { person } from '../../../src/sandbox/people.ts';
import { BEHIND_PROXY, callersOf, keepBusy } from '../../support/callers.ts';
import { startGateway } from '../../support/gateway.ts';

/** One call each, and never the same. */
const lookup = (hoodId: string) => `{ gdprRequest(hoodId: "${hoodId}") { hoodId } }`;

const [GREEDY, POLITE, THIRD] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];

test('a caller with one operation at a time is answered beside one with sixty', async () => {
  await using gateway = await startGateway({ env: { ...BEHIND_PROXY, HOOD_RATE: '5/s,150/m' } });
  const callers = await callersOf(gateway);
  await using _ = keepBusy(callers(GREEDY), 60, (n) => lookup(`greedy-${n}`));
  await vi.waitFor(() => expect(gateway.hood.calls.length).toBeGreaterThanOrEqual(5), { timeout: 5_000 });
  for (let n = 0; n < 4; n++) {
    // Behind sixty operations it would wait for twelve seconds.
    const { errors } = await callers(POLITE)(lookup(`polite-${n}`), { 'x-request-deadline': '5s' });
    expect(errors).toBeUndefined();
  }
  const calls = gateway.hood.calls.map(({ line }) => (line.includes('polite') ? 'P' : 'g')).join('');
  // Places that fall free while it has nothing to ask are the other's.
  for (const between of calls.split('P').slice(1, -1)) expect(between.length).toBeLessThanOrEqual(6);
});

test('after a pause that the API asked for, too, callers take turns', async () => {
  await using gateway = await startGateway({ env: { ...BEHIND_PROXY, HOOD_RATE: '10/s,150/m' } });
  const callers = await callersOf(gateway);
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 429, headers: { 'retry-after': '1' } });
  await callers(THIRD)(lookup('first'), { 'x-request-deadline': '500ms' });
  gateway.hood.dials.fault = undefined;
  gateway.hoodCalls();
  const others = Array.from({ length: 9 }, (_, n) => callers(GREEDY)(lookup(`greedy-${n}`)));
  await callers(THIRD)('{ __typename }');
  await Promise.all([...others, callers(POLITE)(lookup('polite'))]);
  expect(gateway.hoodCalls().findIndex((call) => call.includes('polite'))).toBeLessThan(2);
});

test('whoever joins a call that waits for its turn has it at the first of their turns', async () => {
  await using gateway = await startGateway({
    env: { ...BEHIND_PROXY, SOR_RATE: '2/s,150/m' },
    sor: { profiles: 10 },
  });
  const callers = await callersOf(gateway);
  const profile = (n: number) => `{ customerProfile(customerId: "${person(n).clientId}") { customerId } }`;
  const nextProfile = (n: number) => ({ data: { customerProfile: { customerId: person(n).clientId } } });
  await using _ = keepBusy(
    callers(GREEDY),
    16,
    (n) => `{ customerProfiles(first: ${n + 1}) { nodes { customerId } } }`,
  );
  await vi.waitFor(() => expect(gateway.sor.api.calls.length).toBeGreaterThanOrEqual(2), { timeout: 5_000 });
  const first = callers(GREEDY)(profile(1));
  await callers(THIRD)('{ __typename }');
  expect(await callers(POLITE)(profile(2), { 'x-request-deadline': '4s' })).toMatchObject(nextProfile(2));
  expect(await first).toMatchObject(nextProfile(1));
  const isLookup = gateway.sor.api.calls.map(({ line }) => line.includes('customer_ids'));
  expect(isLookup.filter(Boolean)).toHaveLength(1);
  expect(isLookup.indexOf(true)).toBeLessThan(6);
});
