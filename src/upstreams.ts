import type { Logger } from 'pino';
import { type Account, accountsOf } from './accounts.ts';
import { openApiClients, type ProcessContext } from './api-clients.ts';
import type { Config } from './config/config.ts';
import type { Degradation } from './graph/upstream-state.ts';
import { AnswerCache } from './http/cache/answer-cache.ts';
import { MemoryStore } from './http/cache/memory-store.ts';
import { Coalescer } from './http/reads/coalescer.ts';
import { HOOD } from './sources/hood/api.ts';
import { SOR } from './sources/sor/api.ts';
import { SorFeed } from './sources/sor/feed.ts';

/** The clients of all APIs, as long as the process lives. */
export type Upstreams = Awaited<ReturnType<typeof openUpstreams>>;

type Watchers = Partial<Pick<ProcessContext, 'observer' | 'watch'>>;

/** Opens the clients. An API without credentials answers every call with how to configure it. */
export async function openUpstreams(config: Config, log: Logger, { observer, watch }: Watchers = {}) {
  const stack = new AsyncDisposableStack();
  const openReplicas = config.REDIS_URL && (await import('./replicas.ts')).openReplicas;
  const replicas = openReplicas && stack.use(openReplicas(config, log));
  const store = () => replicas?.answerStore() ?? new MemoryStore(config.CACHE_MEMORY * 1_000_000);
  // What was read, of all APIs: their questions have no names in common.
  const cache = config.CACHE === 'off' ? undefined : new AnswerCache(store(), config.CACHE_TTL);
  const processContext = { log, observer, watch, replicas };
  const clientsOf = (account: Account) => stack.use(openApiClients(account, config, processContext));
  const [ofHood, ofSor] = accountsOf(config);
  const [hood, sor] = [clientsOf(ofHood), clientsOf(ofSor)];
  const clients = new Map([
    [HOOD.name, hood],
    [SOR.name, sor],
  ]);
  const reads = ({ open, pressure }: typeof hood) => new Coalescer(open(), cache, pressure);
  return {
    hood: reads(hood),
    sor: reads(sor),
    sorFeed: new SorFeed(sor.openWithoutCredential(config.SOR_FEED_URL)),
    /** What is amiss just now, for `/ready` and the metrics: none of it is a reason to take the process away. */
    degradations: (): Degradation[] => [replicas, hood, sor].flatMap((each) => each?.degradations() ?? []),
    /** By the names of the APIs. */
    clients,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
