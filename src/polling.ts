import { setTimeout as pause } from 'node:timers/promises';
import { Pollers, type PollersOptions } from './graph/live/pollers.ts';
import { Operation } from './http/reads/operation.ts';
import { Hood } from './sources/hood/hood.ts';
import type { HoodReads } from './sources/hood/hood-reads.ts';
import { Sor, type SorReads } from './sources/sor/sor.ts';
import type { Upstreams } from './upstreams.ts';

/** How long a poll may wait for its turn: a minute's places fall free within that time. */
const LONGEST_POLL_MS = 60_000;

export interface PollingOptions {
  hoodReads: HoodReads;
  sorReads: SorReads;
  upstreams: Pick<Upstreams, 'clients'>;
  /** As of `Pollers`; by the wall clock unless set. */
  nextMoment: PollersOptions['nextMoment'] | undefined;
}

/** Asks the APIs for all subscriptions, after everything that somebody waits for. */
export function polling({ hoodReads, sorReads, upstreams, nextMoment = wallClock }: PollingOptions): Pollers {
  return new Pollers({
    apisFor(signal) {
      const deadline = performance.now() + LONGEST_POLL_MS;
      // A failure is told to all who follow, so that no API's own sentence may be in it.
      const options = { signal, deadline, priority: 'background', mustRevalidate: true, hidesReasons: true } as const;
      const operation = new Operation(options);
      return { hood: new Hood(hoodReads, operation), sor: new Sor(sorReads, operation) };
    },
    leftAt(api) {
      const { left, limit } = upstreams.clients.get(api)?.budget?.room.minute ?? { left: 1, limit: 1 };
      return left / limit;
    },
    nextMoment,
  });
}

const wallClock: PollersOptions['nextMoment'] = (everyMs, signal) =>
  pause(everyMs - (Date.now() % everyMs), undefined, { signal, ref: false });
