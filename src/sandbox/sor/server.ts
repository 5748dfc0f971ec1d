import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../journal.ts';
import { type Limits, limitedBy } from '../rate-limit.ts';
import { findRoute } from '../routing.ts';
import { type ApiRequest, type ApiServer, type Reply, serve } from '../server.ts';
import { Refusal, refusalOf } from './messages.ts';
import { FEED, HANDLERS, LOGIN } from './routes.ts';
import { BASE_SYSTEMS, insertSamples } from './samples.ts';
import { insertProfiles, insertSystems, type ProfileSeed, type SystemSeed } from './seeding.ts';
import { openSor, type Sor, type SorSettings } from './sor.ts';

export interface SorSandboxOptions {
  /** A token besides those from logins, which never ends; `sandbox-sor-token`. */
  token?: string;
  /** How many profiles are generated, 10,000 unless set. A file keeps the number that it was made with. */
  profiles?: number;
  /** Whether the records of the vendor's samples are there; they are by default. */
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
  maxPageSize: 10_000,
  feedDelayMs: 5,
  importDelayMs: 20,
};

/** Names what a file holds; to be raised when its records or generated profiles change. */
const FORMAT = 'System of Record sandbox, 2';

/**
 * Starts a stand-in for the System of Record API v2 on two loopback ports.
 * With neither generated profiles nor samples it is empty, down to the systems of record.
 */
export async function startSor(options: SorSandboxOptions = {}): Promise<SorSandbox> {
  const { token = 'sandbox-sor-token', samples = true, file, ports, limits = 'none', now = Date.now } = options;
  await using started = new AsyncDisposableStack();
  const journal = started.use(new Journal(FORMAT, file));
  // What a file keeps refers to them, so it must always be the same number.
  const numbers = journal.map<number>('generated');
  if (journal.isNew) numbers.set('profiles', options.profiles ?? 10_000);
  const generated = numbers.get('profiles') ?? 0;
  const settings = { ...SETTINGS, ...options.settings };
  let directory: Promise<string> | undefined;
  const uploads = () => (directory ??= mkdtemp(join(tmpdir(), 'sor-uploads-')));
  started.defer(async () => directory && rm(await directory, { recursive: true }));
  const sor = openSor(journal, generated, { uploads, token, settings, now });
  if (journal.isNew && (samples || generated > 0)) insertSystems(sor, BASE_SYSTEMS);
  if (journal.isNew && samples) insertSamples(sor);
  for (const work of [sor.importing, sor.feeding]) started.use(work);

  const limit = limitedBy(() => sandbox.limits);
  const answer = (host: 'api' | 'feed') =>
    limit(
      (request) => respond(sor, host, request),
      (headers) => ({ ...refusalOf(host, TOO_MANY), headers }),
    );
  const api = started.use(await serve(answer('api'), ports?.api));
  const feed = started.use(await serve(answer('feed'), ports?.feed));
  // From here on whoever holds the stand-in ends it, and in the other order: hosts, work, files, data.
  const running = started.move();

  const sandbox: SorSandbox = {
    ...{ api, feed, token, settings, limits },
    expireTokens: () => sor.tokens.clear(),
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

async function respond(sor: Sor, host: 'api' | 'feed', request: ApiRequest): Promise<Reply> {
  await Promise.all([sor.feeding.catchUp(), sor.importing.catchUp()]);
  try {
    const found = findRoute(Object.keys(HANDLERS), request);
    const [, token = ''] = /^Token (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (host === 'api' && found?.route !== LOGIN && !(token === sor.token || sor.tokens.has(token)))
      throw new Refusal(401, 'Invalid token');
    const handler = found && HANDLERS[found.route];
    if (!handler || (host === 'feed') !== (found.route === FEED)) throw new Refusal(404, 'Not found');
    return await handler(sor, request, found.parameter);
  } catch (error) {
    if (error instanceof Refusal) return refusalOf(host, error);
    throw error;
  }
}
