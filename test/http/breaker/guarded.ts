import { Breaker } from '../../../src/http/breaker/breaker.ts';
import type { Failures } from '../../../src/http/breaker/circuit.ts';
import type { Attempt } from '../../../src/http/client/flight.ts';
import { HOOD } from '../../../src/sources/hood/api.ts';
import { ManualClock } from '../budget/manual-clock.ts';

const ATTEMPT: Attempt = {
  method: 'GET',
  route: '/v1/hood/exports',
  signal: undefined,
  deadline: Number.POSITIVE_INFINITY,
  caller: undefined,
  priority: 'interactive',
};

/** What a call comes to: an answer's status, or an error. */
type End = number | Error;

/** A call that waits for what it comes to. */
export interface Held {
  come(end: End): void;
}

/** Calls behind a breaker, in a time of their own. */
export interface Guarded {
  readonly clock: ManualClock;
  /** `opened GET /v1/hood/exports`, `closed host`. */
  readonly changes: string[];
  /** What the latest of them was about. */
  readonly failures: Failures | undefined;
  /** How many calls were sent. */
  readonly sent: number;
  /** Makes a call that comes to this after so many milliseconds. Tells what its caller gets. */
  come(end: End, attempt?: Partial<Attempt>, afterMs?: number): Promise<End>;
  hold(attempt?: Partial<Attempt>): Held;
}

export function guarded({ patienceMs = 5_000 } = {}): Guarded {
  const clock = new ManualClock();
  const changes: string[] = [];
  let latest: Failures | undefined;
  const onChange = (isOpen: boolean, route = 'host', failures?: Failures) => {
    changes.push(`${isOpen ? 'opened' : 'closed'} ${route}`);
    latest = failures && { ...failures };
  };
  const { door, watch } = new Breaker({ api: HOOD, patienceMs, onChange });
  let sent = 0;

  const call = async (attempt: Partial<Attempt>, ended: () => Promise<End>): Promise<End> => {
    const full = { ...ATTEMPT, ...attempt };
    const send = async () => {
      sent += 1;
      const end = await ended();
      if (end instanceof Error) throw end;
      return { status: end, headers: {} };
    };
    const outcome = door(full, () => watch(full, send));
    return outcome.then(
      ({ status }) => status,
      (error: Error) => error,
    ) as Promise<End>;
  };

  return {
    clock,
    changes,
    get failures() {
      return latest;
    },
    get sent() {
      return sent;
    },
    come: (end, attempt = {}, afterMs = 0) =>
      call(attempt, async () => {
        clock.time += afterMs;
        return end;
      }),
    hold(attempt = {}) {
      const { promise, resolve } = Promise.withResolvers<End>();
      void call(attempt, () => promise);
      return { come: resolve };
    },
  };
}
