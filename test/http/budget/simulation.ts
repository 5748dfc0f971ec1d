import type { AccountLimits } from '../../../src/http/budget/account-limits.ts';
import { AccountWindows, type Reservation } from '../../../src/http/budget/account-windows.ts';
import type { Priority } from '../../../src/http/client/call-options.ts';
import type { AnswerHead } from '../../../src/http/client/exchange.ts';
import { ManualClock } from './manual-clock.ts';

/** Times of one call, in milliseconds. */
export interface SimulatedCall {
  sentAt: number;
  /** When the API counted it, by the clock of the server that it came to. */
  countedAt: number;
}

/** How one call fares, in milliseconds from its sending. */
export interface Fate {
  /** Until its answer came, or it was given up. */
  takesMs: number;
  /** Until the API counts it. */
  countedAfterMs: number;
  isAnswered?: boolean;
}

/** Who wants to call when. */
export interface Demand {
  /** When single calls come, ascending. */
  arrivals?: readonly number[];
  /** From then on there are always more calls than go. */
  saturatedFrom?: number;
  priority?: Priority;
  untilMs: number;
  fate: (index: number) => Fate;
  /** How late timers are. */
  lateMs?: number;
}

const ANSWER: AnswerHead = { status: 200, headers: {} };
const NEVER = Number.POSITIVE_INFINITY;

/** Plays a demand against a log, event by event; what waits is sent as soon as the log lets it. */
export function simulate(limits: AccountLimits, demand: Demand): SimulatedCall[] {
  const { arrivals = [], saturatedFrom = NEVER, priority = 'interactive', lateMs = 0 } = demand;
  const clock = new ManualClock();
  const log = new AccountWindows(limits);
  const calls: SimulatedCall[] = [];
  const underWay: { overAt: number; settle: () => void }[] = [];
  let arrived = 0;
  let askAt = NEVER;

  const send = (reservation: Reservation) => {
    const { takesMs, countedAfterMs, isAnswered = true } = demand.fate(calls.length);
    const sentAt = clock.time;
    calls.push({ sentAt, countedAt: sentAt + countedAfterMs });
    const settle = () => reservation.settle(isAnswered ? ANSWER : undefined);
    underWay.push({ overAt: sentAt + takesMs, settle });
    underWay.sort((one, other) => one.overAt - other.overAt);
  };
  for (;;) {
    askAt = NEVER;
    while (askAt === NEVER && (arrived > calls.length || clock.time >= saturatedFrom)) {
      const taken = log.take(priority);
      if (typeof taken !== 'number') send(taken[0]);
      else if (taken === NEVER) break;
      else askAt = clock.time + taken + lateMs;
    }
    const nextAnswer = underWay[0]?.overAt ?? NEVER;
    const nextArrival = arrivals[arrived] ?? (clock.time < saturatedFrom ? saturatedFrom : NEVER);
    clock.time = Math.min(nextAnswer, nextArrival, askAt);
    if (clock.time > demand.untilMs) return calls;
    if (clock.time === nextAnswer) underWay.shift()?.settle();
    else if (clock.time === arrivals[arrived]) arrived += 1;
  }
}

/** The most that any stretch of `spanMs` counted: what a server with a window at any phase, fixed or sliding, saw. */
export function busiest(counted: readonly number[], spanMs: number): number {
  const times = counted.toSorted((one, other) => one - other);
  let most = 0;
  let from = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[from] ?? time) >= spanMs) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/** The longest time without a call within [from, until]. */
export function longestSilence(calls: readonly SimulatedCall[], from: number, until: number): number {
  const times = [from, ...calls.map(({ sentAt }) => sentAt).filter((at) => at > from && at < until), until];
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
}
