import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { type Account, accountsOf } from './config/accounts.ts';
import type { Config } from './config/config.ts';
import { credentialWatch } from './credential-watch.ts';
import type { Degradation } from './graph/upstream-state.ts';
import { Breaker, type BreakerOptions } from './http/breaker/breaker.ts';
import { AccountWindows } from './http/budget/account-windows.ts';
import { Budget } from './http/budget/budget.ts';
import { bulkhead, pendingCalls } from './http/budget/bulkhead.ts';
import { RouteHolds } from './http/budget/route-holds.ts';
import { AnswerCache } from './http/cache/answer-cache.ts';
import { MemoryStore } from './http/cache/memory-store.ts';
import type { CallObserver } from './http/client/call-record.ts';
import type { JsonClientOptions } from './http/client/client-options.ts';
import type { AttemptGuard } from './http/client/flight.ts';
import { JsonClient } from './http/client/json-client.ts';
import { RetryBudget } from './http/client/retry.ts';
import { notAsked } from './http/client/upstream-error.ts';
import { Coalescer } from './http/reads/coalescer.ts';
import type { Replicas } from './replicas.ts';
import { HOOD } from './sources/hood/api.ts';
import { SOR } from './sources/sor/api.ts';
import { SorFeed } from './sources/sor/feed.ts';
import { SorLogin } from './sources/sor/login.ts';

/** Names the gateway and its version to whoever reads the API's log. */
const USER_AGENT = `${manifest.name}/${manifest.version}`;

/** An account without limits has so many calls at a time: 2,500 a second, if each takes 20 ms. */
const MOST_WITHOUT_LIMITS = 50;

/** What sees the calls; `watch` stands around each with a credential, inside the log-in. */
interface Watching {
  observer?: CallObserver;
  watch?: AttemptGuard;
}

/** The clients of all APIs, as long as the process lives. */
export type Upstreams = Awaited<ReturnType<typeof openUpstreams>>;

/** Opens the clients. An API without credentials answers every call with how to configure it. */
export async function openUpstreams(config: Config, log: Logger, watching: Watching = {}) {
  const stack = new AsyncDisposableStack();
  const openReplicas = config.REDIS_URL && (await import('./replicas.ts')).openReplicas;
  const replicas = openReplicas && stack.use(openReplicas(config, log));
  const store = () => replicas?.answerStore() ?? new MemoryStore(config.CACHE_MEMORY * 1_000_000);
  // What was read, of all APIs: their questions have no names in common.
  const cache = config.CACHE === 'off' ? undefined : new AnswerCache(store(), config.CACHE_TTL);
  const clientsOf = (account: Account) => stack.use(openApiClients(account, config, log, replicas, watching));
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

/** What a client needs to authenticate. */
type Credential = Pick<JsonClientOptions, 'headers' | 'guards'>;

/** Opens the clients of one API. They share what belongs to the account, and those of one host its breaker. */
function openApiClients(
  account: Account,
  config: Config,
  log: Logger,
  replicas: Replicas | undefined,
  { observer, watch }: Watching,
) {
  const { api, origin, limits, setting, scheme, remedy } = account;
  const { REQUEST_DEADLINE, CALLER_RATE } = config;
  const stack = new AsyncDisposableStack();
  const allocator = limits !== 'none' && (replicas?.callAllocator(account, limits) ?? new AccountWindows(limits));
  const budget = allocator ? new Budget(api, allocator, CALLER_RATE === 'none' ? undefined : CALLER_RATE) : undefined;
  const places = budget?.guard ?? new RouteHolds(api).guard;
  // Limits bound by themselves how many calls are under way, however long the API takes.
  const parallel = budget ? [] : [bulkhead(MOST_WITHOUT_LIMITS)];
  const pending = pendingCalls(api);
  const retryBudget = new RetryBudget();
  const breakers = new Map<string, Breaker>();

  const onChange: BreakerOptions['onChange'] = (isOpen, route, failures) => {
    const about = { api: api.name, route, ...failures };
    if (isOpen) log.warn(about, 'breaker opened: calls are refused until one succeeds');
    else log.info(about, 'breaker closed: calls are made again');
  };

  const openAt = (host: string, { headers, guards = [] }: Credential): JsonClient => {
    // Waiting and callers in a hurry leave an API less than the whole deadline.
    const breaker = breakers.get(host) ?? new Breaker({ api, patienceMs: REQUEST_DEADLINE / 2, onChange });
    breakers.set(host, breaker);
    return stack.use(
      new JsonClient({
        api,
        origin: host,
        userAgent: USER_AGENT,
        timeoutMs: REQUEST_DEADLINE,
        // Never before the operation's own deadline, whose error says more.
        pool: { headersTimeout: Math.max(10_000, REQUEST_DEADLINE) },
        observer,
        keepsValues: config.UPSTREAM === 'sandbox',
        headers,
        retryBudget,
        // The budget stands inside the log-in, which sends a call twice when its token has ended.
        guards: [breaker.door, pending, ...guards, places, ...parallel, breaker.watch],
      }),
    );
  };

  /** Without a credential every call is refused; `remedy` says which settings to make. */
  const missing: AttemptGuard = async ({ route }) => {
    throw notAsked(api, route, 'NOT_CONFIGURED', `${api.title} is not configured: ${remedy}.`);
  };

  const openWithoutCredential = (host: string): JsonClient => openAt(host, setting ? {} : { guards: [missing] });

  const credential = (): Credential => {
    if (setting === undefined) return { guards: [missing] };
    if (setting !== 'SOR_EMAIL') return { headers: () => ({ authorization: `${scheme} ${config[setting]}` }) };
    const current = () => ({ email: config.SOR_EMAIL ?? '', password: config.SOR_PASSWORD ?? '' });
    return new SorLogin(openWithoutCredential(origin), current).credential;
  };

  const current = () =>
    JSON.stringify(setting === 'SOR_EMAIL' ? [config.SOR_EMAIL, config.SOR_PASSWORD] : setting && config[setting]);
  const credentialWatched = credentialWatch(api, current, log);

  return {
    /** Undefined where the account has no known limits. */
    budget,
    /** How scarce calls are now. */
    pressure: () => budget?.pressure ?? 'none',
    /** The routes on which anything has failed, and the hosts as `''`, with whether they are left alone now. */
    circuits: () => [...breakers.values()].flatMap((breaker) => breaker.circuits),
    degradations: credentialWatched.degradations,
    /** A client with the account's credential; without one, every call answers how to configure it. */
    open: () => {
      const { headers, guards = [] } = credential();
      const watches = watch ? [watch] : [];
      return openAt(origin, { headers, guards: [credentialWatched.guard, ...guards, ...watches] });
    },
    /** A client of another host, which takes no credential, but belongs to the same account. */
    openWithoutCredential,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
