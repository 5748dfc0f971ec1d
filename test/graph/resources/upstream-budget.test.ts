import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';

const BUDGET = '{ upstreamBudget { api limits { windowSeconds limit remaining resetsAt } waiting openRoutes } }';

async function budget(gateway: Gateway) {
  const { data, errors } = await gateway.query(BUDGET);
  expect(errors).toBeUndefined();
  return data.upstreamBudget;
}

test('the limits are known before anything was called, and asking for them calls nothing', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '10/s,150/m' } });
  const whole = { remaining: 10, resetsAt: null };
  expect(await budget(gateway)).toEqual([
    {
      api: 'HOOD',
      limits: [
        { windowSeconds: 1, limit: 10, ...whole },
        { windowSeconds: 60, limit: 150, ...whole, remaining: 150 },
      ],
      waiting: 0,
      openRoutes: [],
    },
    { api: 'SOR', limits: [], waiting: 0, openRoutes: [] },
  ]);
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toEqual([]);
});

test('a call takes a place in both windows, which says when it falls free', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '10/s,150/m' } });
  const before = Date.now();
  await gateway.query('{ gdprRequests { totalCount } }');
  const [second, minute] = (await budget(gateway))[0].limits;
  const after = Date.now();
  expect([second.remaining, minute.remaining]).toEqual([9, 149]);
  for (const [{ resetsAt }, ms] of [
    [second, 1_050],
    [minute, 60_200],
  ]) {
    expect(Date.parse(resetsAt)).toBeGreaterThanOrEqual(before + ms - 10);
    expect(Date.parse(resetsAt)).toBeLessThanOrEqual(after + ms + 10);
  }
});

test('calls that wait for their place are counted', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '1/s,150/m', REQUEST_DEADLINE: '3s' } });
  const lists = ['customerData', 'gdprRequests', 'hoodExports'].map((list) => `${list} { totalCount }`);
  const asked = gateway.query(`{ ${lists.join(' ')} }`);
  await expect.poll(async () => (await budget(gateway))[0], { interval: 5 }).toMatchObject({ waiting: 2 });
  expect((await budget(gateway))[0].limits[0].remaining).toBe(0);
  await asked;
});

test('routes that keep failing are named by their templates, and a host that cannot be reached by an asterisk', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = ({ line }) => (line.includes('/exports/') ? { kind: 'status', status: 500 } : undefined);
  for (let n = 0; n < 10; n++) await gateway.query(`{ hoodExport(hoodId: "${n}") { name } }`);
  expect(await budget(gateway)).toMatchObject([
    { api: 'HOOD', openRoutes: ['/v1/hood/exports/{id}'] },
    { openRoutes: [] },
  ]);

  await using deserted = await startGateway({ env: { SOR_URL: 'http://127.0.0.1:1' } });
  for (let n = 0; n < 10; n++) await deserted.query(`{ customerProfile(customerId: "${n}") { firstName } }`);
  expect((await budget(deserted))[1]).toMatchObject({ api: 'SOR', openRoutes: ['*'] });
});
