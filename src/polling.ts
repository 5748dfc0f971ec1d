import { setTimeout as pause } from 'node:timers/promises';
import type { Contexts } from './contexts.ts';
import { Pollers, type PollersOptions } from './graph/live/pollers.ts';
import { Operation } from './http/reads/operation.ts';
import { Hood } from './sources/hood/hood.ts';
import { Sor } from './sources/sor/sor.ts';
import type { Upstreams } from './upstreams.ts';

/** How long a poll may wait for its turn: a minute's places fall free within that time. */
const LONGEST_POLL_MS = 60_000;

/** Asks the APIs for all subscriptions, after everything that somebody waits for. */
export function polling(
  { hoodReads, sorReads }: Pick<Contexts, 'hoodReads' | 'sorReads'>,
  { clients }: Pick<Upstreams, 'clients'>,
  nextMoment: PollersOptions['nextMoment'] = wallClock,
): Pollers {
  return new Pollers({
    apisFor(signal) {
      const deadline = performance.now() + LONGEST_POLL_MS;
      // A failure is told to all who follow, so that no API's own sentence may be in it.
      const options = { signal, deadline, priority: 'background', mustRevalidate: true, hidesReasons: true } as const;
      const operation = new Operation(options);
      return { hood: new Hood(hoodReads, operation), sor: new Sor(sorReads, operation) };
    },
    leftAt(api) {
      const { left, limit } = clients.get(api)?.budget?.room.minute ?? { left: 1, limit: 1 };
      return left / limit;
    },
    nextMoment,
  });
}

const wallClock: PollersOptions['nextMoment'] = (everyMs, signal) =>
  pause(everyMs - (Date.now() % everyMs), undefined, { signal, ref: false });
