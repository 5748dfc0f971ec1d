import { type Logger, pino } from 'pino';
import { type App, type AppOptions, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { type HoodSandbox, type HoodSandboxOptions, startHood } from '../../src/sandbox/hood/server.ts';
import { type SorSandbox, type SorSandboxOptions, startSor } from '../../src/sandbox/sor/server.ts';
import { openTelemetry } from '../../src/telemetry.ts';
import { openUpstreams } from '../../src/upstreams.ts';
import { listen } from './listen.ts';

/** What a GraphQL request came to. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests compare whole answers, whose shape their own query gives.
  data: any;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: Record<string, unknown> & { code: string };
  }[];
}

export interface GatewayOptions {
  /** Settings beside those that point at the stand-ins. */
  env?: Record<string, string>;
  hood?: HoodSandboxOptions;
  sor?: SorSandboxOptions;
  /** When subscriptions ask the APIs again; by the wall clock unless set. */
  nextMoment?: AppOptions['nextMoment'];
  /** As of the process that is to stop. */
  stopping?: AbortSignal;
  plugins?: AppOptions['plugins'];
  /** A gateway whose stand-ins this one is put in front of as well, as another replica. */
  beside?: Pick<Gateway, 'hood' | 'sor'>;
}

/** A whole gateway in front of stand-ins that record every call; nothing in between is replaced. */
export interface Gateway extends AsyncDisposable {
  /** Sends an operation as a client would. */
  query(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  /** The gateway itself, for tests that give it a port. */
  readonly app: App;
  /** Any request, for what is not an operation. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Serves it on a free port as long as it lives, for what needs a real address; tells its origin. */
  listen(): Promise<string>;
  readonly hood: HoodSandbox;
  /** The calls that Hood saw since the last time this was read: `GET /v1/hood/exports?fields=id&page=1,20`. */
  hoodCalls(): string[];
  readonly sor: SorSandbox;
  /** The calls that the System of Record's hosts saw since the last time this was read, those of the feed first. */
  sorCalls(): string[];
  /** Every line logged so far, as text, but for those of operations, files and calls. */
  readonly logged: string[];
  /** The lines of operations, files and calls. */
  readonly operationLines: string[];
}

const ORIGIN = 'http://gateway.test';
const USUAL_SCOPES = 'pii:read,gdpr:read,gdpr:write,hood:write,sor:write,exports:read';

/** Starts the stand-ins on free ports and the gateway in front of them. Limits and the cache are off unless asked for. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  await using stack = new AsyncDisposableStack();
  const { beside } = options;
  const hood = beside?.hood ?? stack.use(await startHood({ rows: 0, limits: 'none', ...options.hood }));
  const sor = beside?.sor ?? stack.use(await startSor({ profiles: 0, ...options.sor }));
  const config = readConfig({
    HOOD_URL: hood.origin,
    HOOD_TOKEN: hood.token,
    SOR_URL: sor.api.origin,
    SOR_FEED_URL: sor.feed.origin,
    SOR_TOKEN: sor.token,
    HOOD_RATE: 'none',
    SOR_RATE: 'none',
    // What a test counts are calls: those that a cache saves are counted where it is asked for.
    CACHE: 'off',
    SECRET: 'a secret for tests only',
    PUBLIC_URL: ORIGIN,
    // What a test does not ask for is allowed, and shows no secrets.
    ...(options.env?.['AUTH'] || options.env?.['UPSTREAM'] ? {} : { ANONYMOUS_SCOPES: USUAL_SCOPES }),
    ...options.env,
  });
  const logged: string[] = [];
  const operationLines: string[] = [];
  const log = recordingLog(logged, operationLines);
  const telemetry = await openTelemetry(config, log, stack);
  const upstreams = stack.use(await openUpstreams(config, log, telemetry));
  const { nextMoment, stopping, plugins = [] } = options;
  const app = createApp({
    config,
    log,
    telemetry,
    upstreams,
    plugins,
    ...(nextMoment && { nextMoment }),
    ...(stopping && { stopping }),
  });
  const held = stack.move();
  return {
    app,
    hood,
    logged,
    operationLines,
    async query(query, variables, headers) {
      const response = await app.fetch(`${ORIGIN}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    fetch: async (path, init = {}) => app.fetch(new URL(path, ORIGIN), init),
    listen: async () => held.use(await listen(app, config.CLIENT_TIMEOUT)).origin,
    sor,
    sorCalls: () => [...sor.feed.calls.splice(0), ...sor.api.calls.splice(0)].map(({ line }) => line),
    hoodCalls: () => hood.calls.splice(0).map(({ line }) => line),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

function recordingLog(lines: string[], operationLines: string[]): Logger {
  const write = (line: string) =>
    void (/"msg":"(?:operation|file|upstream call)"/.test(line) ? operationLines : lines).push(line);
  return pino({ level: 'debug' }, { write });
}
