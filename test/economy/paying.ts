import { expect, vi } from 'vitest';
import { type ApiServer, serve } from '../../src/sandbox/server.ts';
import type { ApiCost } from '../../src/server/telemetry/operation-facts.ts';
import type { Answer, Gateway } from '../support/gateway.ts';

/** What an operation has cost at one API. */
export type Cost = ApiCost & { budgetLeft: { second: number; minute: number } | null };

/** What an operation came to, at which price, and the calls that both APIs saw meanwhile. */
export interface Bought extends Answer {
  cost: Partial<Record<'HOOD' | 'SOR', Cost>> | undefined;
  calls: string[];
}

/** Sends an operation as a client that wants to know what it costs. */
export async function buy(
  gateway: Gateway,
  query: string,
  variables?: Record<string, unknown>,
  headers?: Record<string, string>,
): Promise<Bought> {
  const answer = await gateway.query(query, variables, { 'x-upstream-cost': '1', ...headers });
  const { extensions } = answer as { extensions?: { upstream?: Bought['cost'] } };
  return { ...answer, cost: extensions?.upstream, calls: [...gateway.hoodCalls(), ...gateway.sorCalls()] };
}

/** As long as calls wait that need not wait, in milliseconds. */
const NO_WAIT: number = expect.toSatisfy((ms: number) => ms >= 0 && ms < 50);

/** The price of an operation at an API without limits, nothing unless it is named. */
export function cost(counts: Partial<Cost>): Cost {
  const nothing = {
    calls: 0,
    batched: 0,
    coalesced: 0,
    cached: 0,
    stale: 0,
    waitedMs: NO_WAIT,
    budgetLeft: null,
  };
  return { ...nothing, ...counts };
}

/** Resolves when an API has seen so many calls since they were last counted. */
export async function seen(server: { calls: readonly unknown[] }, count: number): Promise<void> {
  await vi.waitUntil(() => server.calls.length >= count, { interval: 2, timeout: 5_000 });
}

/** A door in front of an API: what comes is counted, and waits until it is opened. */
export interface Gate extends ApiServer {
  /** The API behind it. */
  leadTo(origin: string): void;
  open(): void;
}

/** Starts a gate, for tests in which something has to happen while a call is under way. */
export async function startGate(): Promise<Gate> {
  const opened = Promise.withResolvers<void>();
  let behind = '';
  const server = await serve(async ({ segments, query, headers: { authorization = '' } }) => {
    await opened.promise;
    const path = segments.map(encodeURIComponent).join('/');
    const answer = await fetch(`${behind}/${path}?${query}`, { headers: { authorization } });
    return { status: answer.status, json: await answer.json() };
  });
  return {
    ...server,
    leadTo: (origin) => {
      behind = origin;
    },
    open: opened.resolve,
  };
}
