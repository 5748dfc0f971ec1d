import { type Limits, RateLimit } from '../rate-limit.ts';
import { type ApiRequest, type ApiServer, type Reply, serve } from '../server.ts';
import { apiRefusal, feedRefusal, Refusal } from './answers.ts';
import { SorDatabase } from './database.ts';
import { HANDLERS } from './handlers.ts';
import { fill, openOrigin } from './origin.ts';
import { routeOf, type SorRoute } from './routes.ts';
import { insertProfiles, insertSystems, type ProfileSeed, type SystemSeed } from './seeding.ts';
import { joinSor, type Sor, type SorSettings } from './sor.ts';
import { TokenStore } from './tokens.ts';

export interface SorSandboxOptions {
  /** What a login takes; `sandbox@example.com` and `sandbox`. */
  email?: string;
  password?: string;
  /** A token besides those from logins, which never ends; `sandbox-sor-token`. */
  token?: string;
  /** How many profiles are generated; 10,000, or what the file was made with. */
  profiles?: number;
  /** Whether the records of the seed's samples are there; they are. */
  samples?: boolean;
  /** Where the data is kept; in memory when left out. */
  file?: string;
  ports?: { api?: number; feed?: number };
  /** Nothing is known of the SOR's limits, so none; both hosts count together. */
  limits?: Limits | 'none';
  /** Milliseconds since 1970; the machine's clock when left out. */
  now?: () => number;
  settings?: Partial<SorSettings>;
}

/** A running System of Record. */
export interface SorSandbox extends AsyncDisposable {
  readonly api: ApiServer;
  /** Takes values, and no token. */
  readonly feed: ApiServer;
  /** The fixed token. */
  readonly token: string;
  readonly settings: SorSettings;
  /** What an account may call; can be set while it runs. */
  limits: Limits | 'none';
  /** Ends every token that a login handed out. */
  expireTokens(): void;
  /** Does at once all that would be done a moment later: feeds and imports. */
  settle(): Promise<void>;
  insertSystems(seeds: SystemSeed[]): void;
  insertProfiles(seeds: ProfileSeed[]): void;
}

const SETTINGS: SorSettings = {
  trailingCommas: false,
  refusalStatus: 401,
  unknownProfile: 'empty',
  pureRemovals: false,
  nextOrigin: undefined,
  exportAs: 'csv',
  maxPageSize: 10_000,
  feedDelayMs: 5,
  importDelayMs: 20,
};

/**
 * Starts a stand-in for the System of Record API v2 on two loopback ports.
 * With neither generated profiles nor samples it is empty, down to the systems of record.
 */
export async function startSor(options: SorSandboxOptions = {}): Promise<SorSandbox> {
  const { email = 'sandbox@example.com', password = 'sandbox', token = 'sandbox-sor-token' } = options;
  const { samples = true, file, ports, limits = 'none', now = Date.now } = options;
  await using started = new AsyncDisposableStack();
  const database = started.use(new SorDatabase(file));
  const origin = openOrigin(database, options.profiles);
  const settings = { ...SETTINGS, ...options.settings };
  const tokens = new TokenStore({ email, password, fixed: token });
  const sor = joinSor(database, origin.profiles, { tokens, settings, now });
  if (origin.isNew) fill(sor, samples);
  for (const part of [sor.uploads, sor.importing, sor.feeding]) started.use(part);

  const account = new RateLimit();
  const answer = (host: SorRoute['host']) => async (request: ApiRequest) => {
    const admission = account.admit(sandbox.limits);
    if (!admission.admitted) return { ...render(host, TOO_MANY), headers: admission.headers };
    void request.closed.then(admission.leave);
    const reply = await respond(sor, host, request);
    return { ...reply, headers: { ...admission.headers, ...reply.headers } };
  };
  const api = started.use(await serve(answer('api'), ports?.api));
  const feed = started.use(await serve(answer('feed'), ports?.feed));
  // From here on whoever holds the stand-in ends it, and in the other order: hosts, work, files, data.
  const running = started.move();

  const sandbox: SorSandbox = {
    ...{ api, feed, token, settings, limits },
    expireTokens: () => tokens.expire(),
    async settle() {
      await Promise.all([sor.feeding.settle(), sor.importing.settle()]);
    },
    insertSystems: (seeds) => insertSystems(sor, seeds),
    insertProfiles: (seeds) => insertProfiles(sor, seeds),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  return sandbox;
}

const TOO_MANY = new Refusal(429, 'Too many requests');

async function respond(sor: Sor, host: SorRoute['host'], request: ApiRequest): Promise<Reply> {
  try {
    const route = routeOf(host, request);
    if (host === 'api' && route?.endpoint !== 'POST /api/login') admit(sor, request);
    if (!route) throw new Refusal(404, 'Not found');
    return await HANDLERS[route.endpoint](sor, request, route.parameter);
  } catch (error) {
    if (error instanceof Refusal) return render(host, error);
    throw error;
  }
}

function admit({ tokens, settings }: Sor, { headers }: ApiRequest): void {
  if (!tokens.admits(headers.authorization)) throw new Refusal(settings.refusalStatus, 'Invalid token');
}

function render(host: SorRoute['host'], refusal: Refusal): Reply {
  return host === 'api' ? apiRefusal(refusal) : feedRefusal(refusal);
}
