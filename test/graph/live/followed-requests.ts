import type { HoodRecord } from '../../../src/sandbox/hood/generated-row.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/gateway.ts';
import { Moments, subscribe } from '../../support/live.ts';

export const FOLLOW = `subscription Desk($filter: GdprRequestFilter) {
  gdprRequests(filter: $filter) { kind hoodId gdprRequest { status } }
}`;

/** A request by its id, what it is, and the seconds in which it was created and changed. */
export const request = (id: string, status: string, created: number, updated: number): HoodRecord => ({
  ...{ id, status, client_id: `client-${id}` },
  create_time: `2026-01-01 10:00:${String(created).padStart(2, '0')}`,
  update_time: `2026-01-01 10:00:${String(updated).padStart(2, '0')}`,
});

/** A gateway in front of two requests, and what puts others in their place. */
export async function start(options: GatewayOptions = {}) {
  const moments = new Moments();
  const gateway = await startGateway({ nextMoment: moments.nextMoment, ...options });
  const rows = new Map<string, HoodRecord>();
  const put = (...changed: HoodRecord[]) => {
    for (const row of changed) rows.set(String(row['id']), row);
    gateway.hood.replace('gdprRequests', [...rows.values()]);
  };
  put(request('1', 'pending', 1, 1), request('2', 'denied', 2, 2));
  return { gateway, moments, put };
}

/** Opens a subscription whose poller knows what is there. */
export async function follow(gateway: Gateway, moments: Moments, variables = {}, headers = {}) {
  const followed = await subscribe(gateway, FOLLOW, variables, headers);
  await moments.settled(1);
  return followed;
}

export const event = (kind: string, hoodId: string, status: string) => ({
  data: { gdprRequests: { kind, hoodId, gdprRequest: { status } } },
});
