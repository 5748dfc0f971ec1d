import type { AccountLimits } from '../../../src/http/budget/account-limits.ts';
import { AccountWindows, type CallAllocator } from '../../../src/http/budget/account-windows.ts';
import { Budget } from '../../../src/http/budget/budget.ts';
import type { AnswerHead } from '../../../src/http/client/exchange.ts';
import type { Attempt } from '../../../src/http/client/flight.ts';
import { HOOD } from '../../../src/sources/hood/api.ts';
import { ManualClock } from './manual-clock.ts';

const WELL: AnswerHead = { status: 200, headers: {} };

/** A call as it went. */
export interface Call {
  name: string;
  sentAt: number | undefined;
  failure: unknown;
  isOver: boolean;
  /** Resolves then. */
  over: Promise<void>;
}

interface Options extends Partial<Attempt> {
  takesMs?: number;
  answer?: () => AnswerHead;
}

/** A budget whose calls take `takesMs`, 20 ms unless said. */
export function budgetOf(
  limits: AccountLimits,
  logOf = (log: CallAllocator): CallAllocator => log,
  callerShare?: AccountLimits,
) {
  const clock = new ManualClock();
  const budget = new Budget(HOOD, logOf(new AccountWindows(limits)), callerShare);
  const calls: Call[] = [];
  const call = (name: string, { takesMs = 20, answer = () => WELL, ...attempt }: Options = {}): Call => {
    const made: Call = { name, sentAt: undefined, failure: undefined, isOver: false, over: Promise.resolve() };
    const full: Attempt = {
      method: 'GET',
      route: '/v1/hood/exports',
      signal: undefined,
      deadline: clock.time + 10_000,
      caller: undefined,
      priority: 'interactive',
      ...attempt,
    };
    const send = async () => {
      made.sentAt = clock.time;
      calls.push(made);
      await new Promise<void>((resolve) => clock.after(takesMs, resolve));
      return answer();
    };
    made.over = budget
      .guard(full, send)
      .then(
        () => {},
        (error: unknown) => {
          made.failure = error;
        },
      )
      .finally(() => {
        made.isOver = true;
      });
    return made;
  };
  return { budget, clock, call, calls, sent: () => calls.map(({ name }) => name) };
}

/** Two at once, and none of the tests gets near the minute's. */
export const NARROW: AccountLimits = { perSecond: 2, perMinute: 150 };
