import { expect, test, vi } from 'vitest';
import type { CallAllowance, CallOptions } from '../../../src/http/client/call-options.ts';
import { SharedCall } from '../../../src/http/reads/shared-call.ts';
import { failureOf } from '../client/hood-client.ts';

class Overdue extends Error {
  readonly hadItsTurn: boolean;

  constructor(hadItsTurn: boolean) {
    super();
    this.hadItsTurn = hadItsTurn;
  }
}

/** A call whose work is in the test's hands. */
function startCall() {
  const call = new SharedCall<string>((_, hadItsTurn) => new Overdue(hadItsTurn));
  const work = Promise.withResolvers<string>();
  const patiences: CallOptions[] = [];
  return {
    call,
    work,
    patiences,
    run: () =>
      call.run((callOptions) => {
        patiences.push(callOptions);
        return work.promise;
      }),
  };
}

/** Somebody who can leave. */
function waiter(rest: Omit<CallOptions, 'signal'> = {}) {
  const leaving = new AbortController();
  return { callOptions: { signal: leaving.signal, ...rest }, leave: () => leaving.abort('left') };
}

const soon = (ms: number) => performance.now() + ms;

test('the work is done once, and all who wait get its result', async () => {
  const { call, run, work, patiences } = startCall();
  const waiting = [call.join({}), call.join({})];
  run();
  waiting.push(call.join({}));
  work.resolve('answer');
  expect(await Promise.all(waiting)).toEqual(['answer', 'answer', 'answer']);
  expect(patiences).toHaveLength(1);
  expect(call.isOver).toBe(true);
});

test('its failure is one for all who wait', async () => {
  const { call, run, work } = startCall();
  const waiting = [call.join({}), call.join({})].map(failureOf);
  run();
  const failure = new Error('failed');
  work.reject(failure);
  expect(await Promise.all(waiting)).toEqual([failure, failure]);
});

test('who leaves is let go at once, with their own reason, and the others go on waiting', async () => {
  const { call, run, work, patiences } = startCall();
  const [first, second] = [waiter(), waiter()];
  const outcomes = [failureOf(call.join(first.callOptions)), call.join(second.callOptions)];
  run();
  first.leave();
  expect(await outcomes[0]).toBe('left');
  expect(patiences[0]?.signal?.aborted).toBe(false);
  work.resolve('answer');
  expect(await outcomes[1]).toBe('answer');
});

test('when the last of them leaves the work is ended, and nobody can join any more', async () => {
  const { call, run, patiences } = startCall();
  const waiters = [waiter(), waiter()];
  const outcomes = waiters.map(({ callOptions }) => failureOf(call.join(callOptions)));
  run();
  for (const { leave } of waiters) leave();
  expect(await Promise.all(outcomes)).toEqual(['left', 'left']);
  expect(patiences[0]?.signal?.aborted).toBe(true);
  expect(call.isOver).toBe(true);
});

test('work that nobody waits for is not begun', async () => {
  const { call, run, patiences } = startCall();
  const outcome = failureOf(call.join({ signal: AbortSignal.abort('gone') }));
  run();
  expect(await outcome).toBe('gone');
  expect(patiences).toEqual([]);
  expect(call.isOver).toBe(true);
});

test('who has less time than the others is told alone when it is over', async () => {
  const { call, run, work } = startCall();
  const patient = call.join({ deadline: soon(10_000) });
  run();
  expect(await failureOf(call.join({ deadline: soon(20) }))).toBeInstanceOf(Overdue);
  work.resolve('answer');
  expect(await patient).toBe('answer');
});

test('and is told whether the call had its turn by then', async () => {
  const { call, run, patiences } = startCall();
  call.join({ deadline: soon(10_000) }).catch(() => undefined);
  run();
  expect(await failureOf(call.join({ deadline: soon(10) }))).toMatchObject({ hadItsTurn: false });
  patiences[0]?.onTurn?.();
  expect(await failureOf(call.join({ deadline: soon(10) }))).toMatchObject({ hadItsTurn: true });
});

test('who has more time than the others prolongs the call, not their waiting', async () => {
  const { call, run, work, patiences } = startCall();
  const early = soon(20);
  const late = soon(10_000);
  const hasty = failureOf(call.join({ deadline: early }));
  run();
  expect(patiences[0]?.deadline).toBe(early);
  const patient = call.join({ deadline: late });
  expect(patiences[0]?.deadline).toBe(late);
  expect(await hasty).toBeInstanceOf(Overdue);
  work.resolve('answer');
  expect(await patient).toBe('answer');
});

test('without a deadline it has none, whatever others have', async () => {
  const { call, run, patiences } = startCall();
  call.join({ deadline: soon(10_000) }).catch(() => undefined);
  void call.join({});
  run();
  expect(patiences[0]?.deadline).toBeUndefined();
});

test('it goes on the account of whoever came first', () => {
  const { call, run, patiences } = startCall();
  const caller = {};
  void call.join({ operation: caller, priority: 'background' });
  void call.join({ operation: {}, priority: 'interactive' });
  run();
  expect(patiences[0]).toMatchObject({ operation: caller, priority: 'background' });
  expect(patiences[0]?.operation).toBe(caller);
});

test('it serves all who wait, the first of them first, and those who left since it had its turn', () => {
  const { call, run, patiences } = startCall();
  const operations = [{}, {}, {}, {}];
  const [first, second, third, fourth] = operations.map((operation) => waiter({ operation }));
  for (const joining of [first, second, third]) call.join(joining?.callOptions ?? {}).catch(() => undefined);
  run();
  first?.leave();
  patiences[0]?.onTurn?.();
  second?.leave();
  call.join(fourth?.callOptions ?? {}).catch(() => undefined);
  const served = patiences[0]?.serves?.() ?? [];
  expect(served.map(({ operation }) => operations.indexOf(operation ?? {}))).toEqual([1, 2, 3]);
  const since = served.map((each) => each.since);
  expect(since).toEqual(since.toSorted((a, b) => a - b));
});

test('whoever has got an answer is not listened to any more', async () => {
  const { call, run, work } = startCall();
  const { callOptions } = waiter();
  const removed = vi.spyOn(callOptions.signal, 'removeEventListener');
  const waiting = call.join(callOptions);
  run();
  work.resolve('answer');
  await waiting;
  expect(removed).toHaveBeenCalledTimes(1);
});

/** So many calls to pay with. */
function callAllowance(limit: number): CallAllowance {
  let left = limit;
  return { limit, take: () => left > 0 && left-- > 0 };
}

test('a call is paid by anybody who waits and has calls left, the first one first', () => {
  const { call, run, patiences } = startCall();
  const [poor, rich] = [callAllowance(1), callAllowance(2)];
  void call.join({ allowance: poor });
  void call.join({ allowance: rich });
  run();
  const allowance = patiences[0]?.allowance;

  expect([1, 2, 3, 4].map(() => allowance?.take())).toEqual([true, true, true, false]);
  expect([poor.take(), rich.take(), allowance?.limit]).toEqual([false, false, 1]);
});

test('whoever has no limit pays for all', () => {
  const { call, run, patiences } = startCall();
  void call.join({ allowance: callAllowance(0) });
  void call.join({});
  run();
  expect([1, 2, 3].map(() => patiences[0]?.allowance?.take())).toEqual([true, true, true]);
});
