import { describe, expect, test, vi } from 'vitest';
import { found } from '../support/conformance.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { Moments } from '../support/live.ts';
import { client, clientsAreThere, run } from './client-programs.ts';

const COUNT = 50;

const opened = (gateway: Gateway) =>
  vi.waitFor(
    async () => {
      const text = await (await fetch(`${await gateway.listen()}/metrics`)).text();
      expect(text).toContain(`gateway_subscriptions ${COUNT}\n`);
    },
    { timeout: 30_000, interval: 100 },
  );

describe.runIf(clientsAreThere())('screens that follow what changes', { timeout: 60_000 }, () => {
  test('fifty pages of exports show each status of an export, from one poller', async (context) => {
    const moments = new Moments();
    await using gateway = await startGateway({ nextMoment: moments.nextMoment });
    const put = (status: string) =>
      gateway.hood.replace('exports', [{ id: '7', status, create_time: '2026-01-01 00:00:00' }]);
    put('queued');
    const shown = run('live', `${await gateway.listen()}/graphql`, 'exports', String(COUNT), '7');
    await opened(gateway);
    put('running');
    await moments.pass();
    await moments.settled(1);
    put('ready');
    await moments.pass();
    expect(await shown).toEqual(Array(COUNT).fill(['queued', 'running', 'ready']));
    expect(gateway.hoodCalls()).toEqual(Array(3).fill('GET /v1/hood/exports/7?fields=id,status'));
    found(context, client('@urql/core'), `${COUNT} subscribers, 3 polls`);
  });

  test('a list on Apollo Client shows each status of an export, by a link of graphql-sse', async (context) => {
    const moments = new Moments();
    const env = { AUTH: 'secret', GATEWAY_SECRET: 'open-sesame-open-sesame' };
    await using gateway = await startGateway({ nextMoment: moments.nextMoment, env });
    const put = (status: string) => gateway.hood.replace('exports', [{ id: '7', status }]);
    put('queued');
    const shown = run('sse', `${await gateway.listen()}/graphql`, '7', env.GATEWAY_SECRET);
    // One that has left is over.
    await vi.waitFor(() => expect(gateway.operationLines.join()).toContain('"Glance"'), 30_000);
    for (const status of ['running', 'ready']) {
      await moments.settled(1);
      put(status);
      await moments.pass();
    }
    expect(await shown).toEqual({ listed: ['queued', 'running', 'ready'], glanced: ['queued'] });
    await moments.settled(0);
    found(context, client('graphql-sse'), 'passes');
  });

  test('fifty desks keep their lists of pending requests up to date, from one poller', async (context) => {
    const moments = new Moments();
    await using gateway = await startGateway({ nextMoment: moments.nextMoment });
    const rows = new Map<string, string>();
    let second = 10;
    const put = (changes: Record<string, string>) => {
      second += 1;
      for (const [id, status] of Object.entries(changes)) rows.set(id, `${status} ${second}`);
      gateway.hood.replace(
        'gdprRequests',
        [...rows].map(([id, change]) => {
          const [status = '', at = ''] = change.split(' ');
          return {
            id,
            status,
            client_id: id,
            create_time: '2026-01-01 10:00:00',
            update_time: `2026-01-01 10:00:${at}`,
          };
        }),
      );
    };
    put({ 1: 'pending', 2: 'pending', 3: 'denied' });
    const shown = run('live', `${await gateway.listen()}/graphql`, 'desk', String(COUNT), '9');
    await opened(gateway);
    await vi.waitFor(() => expect(gateway.operationLines.join().match(/"Waiting"/g)).toHaveLength(COUNT), 30_000);
    await moments.settled(1);
    const before = gateway.hoodCalls().filter((line) => line.includes('update_time'));
    put({ 4: 'pending', 3: 'pending' });
    await moments.pass();
    await moments.settled(1);
    put({ 1: 'denied', 4: 'approved', 9: 'pending' });
    await moments.pass();
    expect(await shown).toEqual(Array(COUNT).fill(['2', '3', '9']));
    expect([before.length, gateway.hoodCalls().length]).toEqual([1, 2]);
    found(context, client('@urql/core'), `${COUNT} subscribers, 3 polls`);
  });
});
