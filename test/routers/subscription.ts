import { expect, test } from 'vitest';
import { FOLLOWING } from '../corpus/corpus.ts';
import { firstEvent } from '../corpus/sending.ts';
import { found, type Judge } from '../support/conformance.ts';
import type { Gateway, GatewayOptions } from '../support/gateway.ts';
import { Moments, subscribe } from '../support/live.ts';
import type { Served } from './router-programs.ts';

const FOLLOW = 'subscription { hoodExport(hoodId: "7") { status } }';
const event = (status: string) => ({ data: { hoodExport: { status } } });

/** Tests, unless the router takes no events, that an export can be followed through it until it is ready. */
export function testFollowing(
  { judge, carriesEvents = true }: { judge: Judge; carriesEvents?: boolean },
  router: () => Served,
  gatewayBehind: (options: GatewayOptions) => Promise<Gateway>,
): void {
  if (!carriesEvents) return;
  test('a subscription comes through event by event, until it is complete', async (context) => {
    const moments = new Moments();
    await using gateway = await gatewayBehind({ nextMoment: moments.nextMoment });
    const put = (status: string) =>
      gateway.hood.replace('exports', [{ id: '7', status, create_time: '2026-01-01 00:00:00' }]);
    put('running');
    const over = { fetch: (path: string, init?: RequestInit) => fetch(router().origin + path, init) };
    await using followed = await subscribe(over, FOLLOW);
    expect(await followed.next()).toEqual(event('running'));
    put('ready');
    await moments.pass();
    expect(await followed.next()).toEqual(event('ready'));
    expect(await followed.next()).toBeUndefined();
    found(context, judge, '2 events');
  });

  test('every subscription of the corpus begins as directly', async (context) => {
    for (const operation of FOLLOWING) {
      const routed = await firstEvent(operation, gatewayBehind, router().origin);
      expect([operation.name, routed]).toEqual([operation.name, await firstEvent(operation)]);
    }
    found(context, judge, `${FOLLOWING.length} of ${FOLLOWING.length} subscriptions`);
  });
}
