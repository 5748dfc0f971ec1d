import type { Pressure } from '../../../src/http/budget/budget.ts';
import { AnswerCache, type AnswerStore } from '../../../src/http/cache/answer-cache.ts';
import { MemoryStore } from '../../../src/http/cache/memory-store.ts';
import type { Projection } from '../../../src/http/cache/projection.ts';
import type { CallOptions } from '../../../src/http/client/call-options.ts';
import type { ReadCall } from '../../../src/http/client/calls.ts';
import type { JsonClient } from '../../../src/http/client/json-client.ts';
import { template } from '../../../src/http/client/path.ts';
import { Coalescer } from '../../../src/http/reads/coalescer.ts';
import type { Asked, Lookup } from '../../../src/http/reads/lookup.ts';

/** A call as it waits for its turn, and as it was sent. */
export interface RowCall {
  readonly priority: CallOptions['priority'];
  readonly mayGrow: boolean;
  /** What it was sent with; undefined until then. */
  sent: { keys: readonly string[]; projection: Projection } | undefined;
  /** Gives it its turn, unless all get theirs at once. */
  send(): void;
  /** The API answers: each row is its key, and what of it was asked for. */
  answer(): void;
  fail(error: Error): void;
}

export interface RowLookupsOptions {
  /** Whether calls wait until they are sent by hand. */
  held?: boolean;
  /** Whether calls are answered by hand. */
  silent?: boolean;
  /** The most keys in a call. */
  mostKeys?: number;
  cached?: boolean;
  /** Until when the cache says nothing of what `slow` names. */
  known?: Promise<void>;
}

export interface Row {
  key: string;
  projection: Projection;
}

/** Lookups whose API is in the test's hands. Keys that begin with `no` have no row. */
export function startLookups({
  held = false,
  silent = false,
  mostKeys = 100,
  cached = false,
  known,
}: RowLookupsOptions = {}) {
  const calls: RowCall[] = [];
  const state = { pressure: 'none' as Pressure };
  const cache = cached ? new AnswerCache(storeOf(known), { rows: 10_000 }) : undefined;
  const client = {
    api: 'HOOD',
    overdue: () => new Error('overdue'),
    observe() {},
    get: async ({ route, path, options }: ReadCall) => {
      const turn = Promise.withResolvers<void>();
      const answered = Promise.withResolvers<void>();
      options?.signal?.addEventListener('abort', () => {
        turn.reject(options.signal?.reason);
        answered.reject(options.signal?.reason);
      });
      answered.promise.catch(() => undefined);
      const call: RowCall = {
        mayGrow: route === '/rows',
        priority: undefined,
        sent: undefined,
        ...{ send: turn.resolve, answer: answered.resolve, fail: answered.reject },
      };
      calls.push(call);
      if (!held) turn.resolve();
      await turn.promise;
      options?.onTurn?.();
      call.sent = JSON.parse(String(typeof path === 'function' ? path() : path));
      if (!silent) answered.resolve();
      await answered.promise;
      return call.sent;
    },
  };
  const rows = {
    path: ({ keys, projection }: Asked) => JSON.stringify({ keys, projection }),
    pageIn(_answer: unknown, { keys, projection }: Asked) {
      const found = keys.filter((key) => !key.startsWith('no'));
      return { pages: 1, rows: found.map((key) => [key, { key, projection }] as const) };
    },
  };
  const lookup: Lookup<Row> = {
    ...rows,
    name: 'rows',
    route: template('/rows'),
    alone: {
      ...rows,
      route: template('/rows/{key}'),
      path: ({ keys, projection }) => JSON.stringify({ keys: keys.slice(0, 1), projection }),
      pageIn: (answer) => rows.pageIn(answer, answer as Asked),
    },
    resource: 'rows',
    tagsOf: (key) => [`row/${key}`],
    fits: (keys) => keys <= mostKeys,
  };
  // Nothing else of a client is called.
  const coalescer = new Coalescer(client as unknown as JsonClient, cache, () => state.pressure);
  const lookups = {
    loadAll: (keys: readonly string[], projection: Projection) => coalescer.load(lookup, keys, projection, {}),
    load: async (key: string, projection: Projection, options: CallOptions): Promise<Row | null> => {
      const [value = null] = await coalescer.load(lookup, [key], projection, options);
      if (value instanceof Error || typeof value === 'string') throw value;
      return value;
    },
    leaveBehind: (tags: readonly string[]) => void coalescer.forget(tags),
  };
  return { lookups, calls, state, sent: () => calls.map(({ sent }) => sent?.keys) };
}

/** Keeps answers. What it has under the key `slow` it says only when that is known. */
function storeOf(known: Promise<void> | undefined): AnswerStore {
  const store = new MemoryStore(1_000_000);
  return {
    read: (name, tags) => {
      const stored = store.read(name, tags);
      return known && name.includes('/slow ') ? known.then(() => stored) : stored;
    },
    write: store.write.bind(store),
    forget: store.forget.bind(store),
  };
}
