import { expect, test, vi } from 'vitest';
import { AnswerCache } from '../../../src/http/cache/answer-cache.ts';
import { MemoryStore } from '../../../src/http/cache/memory-store.ts';
import type { CallOptions } from '../../../src/http/client/call-options.ts';
import { template } from '../../../src/http/client/path.ts';
import { Coalescer } from '../../../src/http/reads/coalescer.ts';
import { type Lookup, ONLY, only } from '../../../src/http/reads/lookup.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { movableClock } from '../../support/movable-clock.ts';
import { failureOf, hoodClient } from '../client/hood-client.ts';

const route = template('/v1/hood/exports');

const READ: Lookup<unknown> = {
  name: '/v1/hood/exports?',
  route,
  resource: 'exports',
  tagsOf: () => ['hood/exports'],
  path: ({ projection }) => `/v1/hood/exports?fields=${projection['fields']}`,
  pageIn: only,
};

const TTL_MS = 10_000;

/** Single reads, whose errors are thrown. */
function readsOf(coalescer: Coalescer) {
  return {
    forget: (tags: readonly string[]) => coalescer.forget(tags),
    read: async (lookup: Lookup<unknown>, options: CallOptions) => {
      const [value] = await coalescer.load(lookup, [ONLY], { fields: ['id'] }, options);
      if (typeof value !== 'number') throw value;
      return value;
    },
  };
}

/** Reads of an API that answers how often it was called. */
async function startReads({ fault }: { fault?: Fault } = {}) {
  await using stack = new AsyncDisposableStack();
  let calls = 0;
  const answer = () => {
    calls += 1;
    return { status: 200, json: calls };
  };
  const server = stack.use(await serve(answer));
  server.dials.fault = () => fault;
  const client = stack.use(hoodClient(server));
  const cache = new AnswerCache(new MemoryStore(1_000_000), { exports: TTL_MS });
  const held = stack.move();
  return {
    server,
    reads: readsOf(new Coalescer(client, cache)),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

test('when all have left, the connection is closed', async () => {
  await using running = await startReads({ fault: { kind: 'silence' } });
  const { reads, server } = running;
  const leaving = [new AbortController(), new AbortController()];
  const outcomes = leaving.map(({ signal }) => failureOf(reads.read(READ, { signal })));
  await vi.waitFor(() => expect(server.calls).toHaveLength(1));
  for (const one of leaving) one.abort(new Error('left'));
  expect(await Promise.all(outcomes)).toEqual([new Error('left'), new Error('left')]);
  await vi.waitFor(() => expect(server.calls.map(({ aborted }) => aborted)).toEqual([true]));
});

test('who has left before asking is in nobody’s way', async () => {
  await using running = await startReads();
  const { reads, server } = running;
  using clock = movableClock();
  expect(await failureOf(reads.read(READ, { signal: AbortSignal.abort(new Error('gone')) }))).toEqual(
    new Error('gone'),
  );
  expect(server.calls).toEqual([]);
  expect(await reads.read(READ, {})).toBe(1);
  // What is stale is read anew only while nobody else reads it.
  clock.pass(TTL_MS);
  expect(await reads.read(READ, {})).toBe(1);
  await vi.waitFor(() => expect(server.calls).toHaveLength(2));
});

test('an answer that is not what was promised fails all who wait, and is not kept', async () => {
  await using running = await startReads();
  const { reads, server } = running;
  const odd = new Error('odd');
  const refusing: Lookup<unknown> = {
    ...READ,
    pageIn: () => {
      throw odd;
    },
  };
  const outcomes = [reads.read(refusing, {}), reads.read(refusing, {})].map(failureOf);
  expect(await Promise.all(outcomes)).toEqual([odd, odd]);
  expect(await reads.read(READ, {})).toBe(2);
  expect(server.calls).toHaveLength(2);
});

test('what was forgotten is read again, what other tags name is not', async () => {
  await using running = await startReads();
  const { reads } = running;
  expect(await reads.read(READ, {})).toBe(1);
  await reads.forget(['hood/gdpr-requests']);
  expect(await reads.read(READ, {})).toBe(1);
  await reads.forget(['hood/exports']);
  expect(await reads.read(READ, {})).toBe(2);
});

test('behind a write nobody joins a read that was asked before it', async () => {
  await using running = await startReads();
  const { reads, server } = running;
  server.dials.latencyMs = 200;
  const early = reads.read(READ, {});
  await vi.waitFor(() => expect(server.calls).toHaveLength(1));
  await reads.forget(['hood/exports']);
  const late = reads.read(READ, {});
  expect(await Promise.all([early, late])).toEqual([1, 2]);
  expect(await reads.read(READ, {})).toBe(2);
});
