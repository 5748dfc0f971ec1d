import { expect, test } from 'vitest';
import { type HoodSandboxOptions, startHood } from '../../src/sandbox/hood/server.ts';
import { call, send } from './hood-client.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

/** A stand-in with one export, and a clock that stands still until it is moved. */
async function started(status: string, options: HoodSandboxOptions = {}) {
  let passed = 0;
  const hood = await startHood({ rows: 0, samples: false, limits: 'none', now: () => START + passed, ...options });
  hood.insert('exports', [{ id: '1', status, attempt_count: 1, extension: 'csv', mime_type: 'text/csv' }]);
  return {
    hood,
    pass: (ms: number) => {
      passed += ms;
    },
    row: async () => (await call(hood, 'exports/1')).body.items[0],
    [Symbol.asyncDispose]: () => hood[Symbol.asyncDispose](),
  };
}

const retry = ({ hood }: Awaited<ReturnType<typeof started>>) => send(hood, 'POST', 'exports/1/retry', undefined);

test.each(['failed', 'expired'])('an export that has %s runs again, is ready, and expires', async (status) => {
  await using sandbox = await started(status);
  const answer = await retry(sandbox);
  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({
    id: expect.stringMatching(/^[\da-f-]{36}$/),
    ...{ company_id: '7196310', member_id: '1000223', name: 'quick-report-export', status: 'running' },
    start_time: '2026-01-01 00:00:00',
  });
  expect(await sandbox.row()).toMatchObject({ status: 'running', attempt_count: 2 });

  sandbox.pass(2_999);
  expect(await sandbox.row()).toMatchObject({ status: 'running' });
  sandbox.pass(1);
  const ready = { status: 'ready', failure_reason: null, size: 1_000, expire_time: '2026-01-08 00:00:03' };
  expect(await sandbox.row()).toMatchObject({ ...ready, update_time: '2026-01-01 00:00:03' });
  expect((await call(sandbox.hood, 'exports/1/download')).status).toBe(200);

  sandbox.pass(7 * 86_400_000);
  expect(await sandbox.row()).toMatchObject({ status: 'expired', expire_time: '2026-01-08 00:00:03' });
  expect((await call(sandbox.hood, 'exports/1/download')).status).toBe(400);
});

test.each(['ready', 'running'])('an export that is %s is not tried again', async (status) => {
  await using sandbox = await started(status);
  const answer = await retry(sandbox);
  expect([answer.status, answer.reason]).toEqual([400, `the export is ${status}`]);
});

test('of an export that there is not there is none to try again', async () => {
  await using sandbox = await started('failed');
  expect((await send(sandbox.hood, 'POST', 'exports/2/retry', undefined)).status).toBe(404);
});
