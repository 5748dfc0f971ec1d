import { type Limits, RateLimit } from '../rate-limit.ts';
import { type ApiServer, type Handler, serve } from '../server.ts';
import { TOO_MANY_REQUESTS } from './errors.ts';
import type { HoodRecord } from './record.ts';
import { RESOURCE_NAMES, type ResourceName } from './resources.ts';
import { hoodRoutes, onlyWith } from './routes.ts';
import { SAMPLES } from './samples.ts';
import { HoodStore } from './store.ts';

export interface HoodSandboxOptions {
  /** The only bearer token that is let in. */
  token?: string;
  /** Generated rows of every list, or of each (those not named get the default). 5,000 by default. */
  rows?: number | Partial<Record<ResourceName, number>>;
  /** Whether the documented rows are there. With `rows: 0` and `samples: false` all lists are empty. */
  samples?: boolean;
  /** A file that keeps the rows; what it already holds is used instead of new ones. In memory by default. */
  file?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** The account's limits: 10/s and 150/min by default, as documented. */
  limits?: Limits | 'none';
  /** Rows of a page when `page` does not say; 20 by default. */
  defaultPageSize?: number;
  /** The largest page; more is lowered to it without a word. 100 by default. */
  maxPageSize?: number;
}

/** What can be changed while it runs. */
export interface HoodSettings {
  limits: Limits | 'none';
  defaultPageSize: number | undefined;
  maxPageSize: number;
}

/** A running stand-in for Hood. */
export interface HoodSandbox extends ApiServer {
  readonly token: string;
  readonly settings: HoodSettings;
  /**
   * Adds rows, printed exactly as given: a missing key stays missing, a `bigint` becomes a bare JSON number. Ids that
   * are there already are an error; without a `create_time` a row comes last in the default order.
   */
  insert(name: ResourceName, records: readonly HoodRecord[]): void;
  /** Makes these the only rows of a list. */
  replace(name: ResourceName, records: readonly HoodRecord[]): void;
}

const DEFAULT_ROWS = 5000;

/** Starts a stand-in for `https://api.ocamba.com/v1/hood`, with data. */
export async function startHood(options: HoodSandboxOptions = {}): Promise<HoodSandbox> {
  const { token = 'sandbox-hood-token', limits = { perSecond: 10, perMinute: 150 } } = options;
  const settings: HoodSettings = {
    limits,
    defaultPageSize: options.defaultPageSize,
    maxPageSize: options.maxPageSize ?? 100,
  };
  const store = new HoodStore(options.file ?? ':memory:');
  if (store.isNew) fill(store, options);
  store.warmUp();
  const server = await serve(onlyWith(token, limited(settings, hoodRoutes(store, settings))), options.port);
  return {
    ...server,
    token,
    settings,
    insert: (name, records) => store.insert(name, records),
    replace: (name, records) => store.replace(name, records),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      store.close();
    },
  };
}

function fill(store: HoodStore, { rows = DEFAULT_ROWS, samples = true }: HoodSandboxOptions): void {
  for (const name of RESOURCE_NAMES) {
    if (samples) store.insert(name, SAMPLES[name]);
    store.generate(name, typeof rows === 'number' ? rows : (rows[name] ?? DEFAULT_ROWS));
  }
  store.finish();
}

/** All tokens of the account share its limits; there is one account. */
function limited(settings: HoodSettings, handler: Handler): Handler {
  const account = new RateLimit();
  return async (request) => {
    const admission = account.admit(settings.limits);
    if (!admission.admitted) return { status: 429, json: TOO_MANY_REQUESTS, headers: admission.headers };
    request.closed.then(admission.leave);
    const reply = await handler(request);
    return { ...reply, headers: { ...admission.headers, ...reply.headers } };
  };
}
