import type { Logger } from 'pino';
import type { Config, Rate } from './config.ts';
import { Breaker } from './http/breaker/breaker.ts';
import { Budget } from './http/budget/budget.ts';
import type { AccountRoom } from './http/budget/call-allocator.ts';
import { LocalCallAllocator } from './http/budget/local-call-allocator.ts';
import { pendingCalls } from './http/budget/pending-calls.ts';
import { AnswerCache } from './http/cache/answer-cache.ts';
import { MemoryStore } from './http/cache/memory-store.ts';
import type { AttemptGuard, JsonClientOptions } from './http/client/client-options.ts';
import { processClock } from './http/client/clock.ts';
import { guardChain } from './http/client/guard-chain.ts';
import { JsonClient } from './http/client/json-client.ts';
import { RetryBudget } from './http/client/retry-budget.ts';
import { notConfigured, type UpstreamApi } from './http/client/upstream-error.ts';
import { Coalescer } from './http/reads/coalescer.ts';
import { openReplicas, type Replicas } from './replicas.ts';
import { saysFailed } from './sources/sor/envelope.ts';
import { SorFeed } from './sources/sor/feed.ts';
import { SorLogin } from './sources/sor/login.ts';

/** The clients of both APIs, as long as the process lives. */
export interface Upstreams extends AsyncDisposable {
  readonly hood: Coalescer;
  readonly sor: Coalescer;
  readonly sorFeed: SorFeed;
  /** What is left of each account's limits; undefined where it has none. */
  roomOf(api: UpstreamApi): AccountRoom | undefined;
}

type Credential = Pick<JsonClientOptions, 'headers' | 'guard'>;

/** Opens the clients. An API without credentials answers every call with how to configure it. */
export function openUpstreams(config: Config, log: Logger): Upstreams {
  const stack = new AsyncDisposableStack();
  const replicas = config.REDIS_URL ? stack.use(openReplicas(config.REDIS_URL, config, log)) : undefined;
  const budgets = {
    HOOD: budgetFor('HOOD', config.HOOD_RATE, replicas),
    SOR: budgetFor('SOR', config.SOR_RATE, replicas),
  };
  const cache = answerCache(config, replicas);
  const shared = (client: JsonClient) =>
    new Coalescer(client, cache, () => budgets[client.api]?.pressure ?? 'none');
  const pending = { HOOD: pendingCalls('HOOD'), SOR: pendingCalls('SOR') };
  const retryBudgets = { HOOD: new RetryBudget(processClock), SOR: new RetryBudget(processClock) };
  const breakerOf = breakersByHost(config, log);
  const open = (api: UpstreamApi, origin: string, { headers, guard }: Credential): JsonClient => {
    const breaker = breakerOf(api, origin);
    return stack.use(
      new JsonClient({
        api,
        origin,
        timeoutMs: config.REQUEST_DEADLINE,
        // Never before the operation's own deadline, whose error says more.
        headersTimeoutMs: Math.max(10_000, config.REQUEST_DEADLINE),
        // Both of its pages of samples have such commas (seed of the System of Record).
        trailingCommas: api === 'SOR',
        exactNumbers: api === 'SOR',
        onFailure: failureLog(log),
        headers,
        saysFailed: api === 'SOR' ? saysFailed : undefined,
        retryBudget: retryBudgets[api],
        // Inside the log-in, as a renewed one sends a call twice.
        guard: guardChain(breaker.door, pending[api], guard, budgets[api]?.guard, breaker.watch),
      }),
    );
  };
  return {
    hood: shared(
      open(
        'HOOD',
        config.HOOD_URL,
        config.HOOD_TOKEN ? fixed(`Bearer ${config.HOOD_TOKEN}`) : missing('HOOD', 'set HOOD_TOKEN'),
      ),
    ),
    sor: shared(
      open(
        'SOR',
        config.SOR_URL,
        sorCredential(config, (origin) => open('SOR', origin, {})),
      ),
    ),
    sorFeed: new SorFeed(open('SOR', config.SOR_FEED_URL, hasSor(config) ? {} : SOR_MISSING)),
    roomOf: (api) => budgets[api]?.room,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Clients of one host share a breaker. */
function breakersByHost(config: Config, log: Logger): (api: UpstreamApi, origin: string) => Breaker {
  const breakers = new Map<string, Breaker>();
  // Waiting and callers in a hurry leave an API less than the whole deadline.
  const patienceMs = config.REQUEST_DEADLINE / 2;
  return (api, origin) => {
    const breaker =
      breakers.get(origin) ??
      new Breaker({
        api,
        clock: processClock,
        patienceMs,
        onChange: (isOpen, route) => {
          if (isOpen) log.warn({ api, route }, 'breaker opened: calls are refused until one succeeds');
          else log.info({ api, route }, 'breaker closed: calls are made again');
        },
      });
    breakers.set(origin, breaker);
    return breaker;
  };
}

/** All clients of an API share it, as they share the account. None where the account has no limits. */
function budgetFor(
  api: UpstreamApi,
  rate: Rate | 'none',
  replicas: Replicas | undefined,
): Budget | undefined {
  if (rate === 'none') return undefined;
  const log = replicas?.callAllocator(api, rate) ?? new LocalCallAllocator(rate, processClock);
  return new Budget(api, log, processClock);
}

/** What was read, of both APIs: their questions have no names in common. */
function answerCache(
  { CACHE, CACHE_TTL, CACHE_MEMORY }: Config,
  replicas: Replicas | undefined,
): AnswerCache | undefined {
  if (CACHE === 'off') return undefined;
  return new AnswerCache(replicas?.answerStore() ?? new MemoryStore(CACHE_MEMORY * 1_000_000), CACHE_TTL);
}

function sorCredential(config: Config, openWithout: (origin: string) => JsonClient): Credential {
  if (config.SOR_TOKEN) return fixed(`Token ${config.SOR_TOKEN}`);
  const { SOR_EMAIL: email, SOR_PASSWORD: password } = config;
  if (!email || !password) return SOR_MISSING;
  return new SorLogin(openWithout(config.SOR_URL), { email, password }).credential;
}

/** Whether the System of Record can be called at all. */
export function hasSor({ SOR_TOKEN, SOR_EMAIL, SOR_PASSWORD }: Config): boolean {
  return Boolean(SOR_TOKEN || (SOR_EMAIL && SOR_PASSWORD));
}

function fixed(authorization: string): Credential {
  return { headers: () => ({ authorization }) };
}

function missing(api: UpstreamApi, remedy: string): Credential {
  const guard: AttemptGuard = async ({ route }) => {
    throw notConfigured(api, route, remedy);
  };
  return { guard };
}

const SOR_MISSING = missing('SOR', 'set SOR_TOKEN, or SOR_EMAIL and SOR_PASSWORD');

/** One line a failed call, under the id that clients see; nothing in it that names a person or opens a door. */
function failureLog(log: Logger): NonNullable<JsonClientOptions['onFailure']> {
  return ({ api, route, failure, status, traceId, failureId }, { code, attempts }) => {
    log.warn({ api, route, failure, status, traceId, failureId, code, attempts }, 'upstream call failed');
  };
}
