import type { Logger } from 'pino';
import type { Config, Rate } from './config.ts';
import { Budget } from './http/budget/budget.ts';
import { processClock } from './http/budget/clock.ts';
import { LocalReservationLog } from './http/budget/local-reservation-log.ts';
import type { AttemptGuard, JsonClientOptions } from './http/client-options.ts';
import { guardChain } from './http/guard-chain.ts';
import { JsonClient } from './http/json-client.ts';
import { notConfigured, type UpstreamApi } from './http/upstream-error.ts';
import type { SorClients } from './sources/sor.ts';
import { SorFeed } from './sources/sor-feed.ts';
import { SorLogin } from './sources/sor-login.ts';

/** The clients of both APIs, as long as the process lives. */
export interface Upstreams extends AsyncDisposable {
  readonly hood: JsonClient;
  readonly sor: SorClients;
}

type Credential = Pick<JsonClientOptions, 'headers' | 'guard'>;

/** Opens the clients. An API without credentials answers every call with how to configure it. */
export function openUpstreams(config: Config, log: Logger): Upstreams {
  const stack = new AsyncDisposableStack();
  const budgets = { HOOD: budgetGuard('HOOD', config.HOOD_RATE), SOR: budgetGuard('SOR', config.SOR_RATE) };
  const open = (api: UpstreamApi, origin: string, { headers, guard }: Credential): JsonClient =>
    stack.use(
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
        // Innermost, as a renewed log-in sends a call twice.
        guard: guardChain(guard, budgets[api]),
      }),
    );
  return {
    hood: open(
      'HOOD',
      config.HOOD_URL,
      config.HOOD_TOKEN ? fixed(`Bearer ${config.HOOD_TOKEN}`) : missing('HOOD', 'set HOOD_TOKEN'),
    ),
    sor: {
      api: open(
        'SOR',
        config.SOR_URL,
        sorCredential(config, (origin) => open('SOR', origin, {})),
      ),
      feed: new SorFeed(open('SOR', config.SOR_FEED_URL, hasSor(config) ? {} : SOR_MISSING)),
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** All clients of an API share it, as they share the account. None where the account has no limits. */
function budgetGuard(api: UpstreamApi, rate: Rate | 'none'): AttemptGuard | undefined {
  if (rate === 'none') return undefined;
  return new Budget(api, new LocalReservationLog(rate, processClock), processClock).guard;
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
