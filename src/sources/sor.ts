import type { Form } from '../http/form.ts';
import type { JsonClient, OpenedStream, WriteCall } from '../http/json-client.ts';
import { endpoint, type QueryValue } from '../http/path.ts';
import type { UpstreamError } from '../http/upstream-error.ts';
import type { FedChange } from './feed-plan.ts';
import type { Patience } from './hood.ts';
import { resultOf } from './sor-envelope.ts';
import type { FedSystem, SorFeed } from './sor-feed.ts';

/** The hosts of the System of Record: values are fed on one of their own, which takes no token. */
export interface SorClients {
  api: JsonClient;
  feed: SorFeed;
}

export interface SorSettings {
  /** The largest page asked for; the API allows 10,000 (seed). */
  maxPageSize: number;
}

/** Below this path nothing says what a customer's values are. */
const SYSTEMS = '/api/system_of_records';

type Query = Readonly<Record<string, QueryValue>>;
type Params = Readonly<Record<string, string>>;

/**
 * FollowAnalytics' System of Record, version 2, for one operation: equal reads within it are made once, until
 * a write of the same operation makes them stale. Answers come without their envelope. Throws `UpstreamError`,
 * also for a 200 that says `success: false`.
 */
export class Sor {
  readonly settings: SorSettings;
  readonly #clients: SorClients;
  readonly #patience: Patience;
  readonly #reads = new Map<string, Promise<unknown>>();
  #epoch = 0;

  constructor(clients: SorClients, settings: SorSettings, patience: Patience = {}) {
    this.#clients = clients;
    this.settings = settings;
    this.#patience = patience;
  }

  /** The `result` of a GET. */
  read(route: string, params: Params = {}, query: Query = {}): Promise<unknown> {
    return this.#get(route, params, query, false);
  }

  /**
   * The `result` of a GET; undefined when the API has nothing there (404). `shape` makes of it what is wanted, once
   * for all equal reads, which is always the same for one route.
   */
  find<Result = unknown>(
    route: string,
    params: Params,
    query: Query = {},
    shape?: (result: unknown) => Result,
  ): Promise<Result | undefined> {
    // Equal paths are of one route, and so of one shape.
    return this.#get(route, params, query, true, shape) as Promise<Result | undefined>;
  }

  /** A GET whose answer is handed on as it comes. */
  open(route: string, query: Query): Promise<OpenedStream> {
    return this.#clients.api.open({ ...endpoint(route, {}, query), ...this.#patience });
  }

  /** The same at an address that an answer named. Throws for one that is not the API's own: the token would go there. */
  async openAddress(route: string, address: string): Promise<OpenedStream> {
    const { api } = this.#clients;
    const url = URL.parse(address, api.origin);
    if (url?.origin !== api.origin || !url.pathname.startsWith('/api/')) {
      throw api.unusable(route, 'badResponse', 'named an address that is not its own');
    }
    return api.open({ route, path: url.pathname + url.search, ...this.#patience });
  }

  /** The error of what the API has promised and not done in time. */
  overdue(route: string): UpstreamError {
    return this.#clients.api.unusable(route, 'timeout', 'has not done in time what it was asked for');
  }

  /** The `result` of a write; some have none. Sent once: whether a cut call was carried out is unknown. */
  async write(
    method: WriteCall['method'],
    route: string,
    params: Params = {},
    body: object = {},
  ): Promise<unknown> {
    const { api } = this.#clients;
    const call = { method, ...endpoint(route, params), body };
    return resultOf(api, call, await this.#writing(api.send({ ...call, ...this.#patience })));
  }

  /** The `result` of a POST that passes a file on. However long that takes, the operation's deadline does not end it. */
  async upload(route: string, form: Form): Promise<unknown> {
    const { api } = this.#clients;
    const call = { method: 'POST', ...endpoint(route, {}), form } as const;
    return resultOf(api, call, await this.#writing(api.send({ ...call, signal: this.#patience.signal })));
  }

  /** Feeds values, on the host for that alone; as `SorFeed.send`. Leaves the list of systems as it is. */
  feed(system: FedSystem, changes: readonly FedChange[]): Promise<string[]> {
    return this.#writing(this.#clients.feed.send(system, changes, this.#patience), SYSTEMS);
  }

  /** The error of an answer that is not what the route promises. */
  malformed(route: string): UpstreamError {
    return this.#clients.api.malformed(route);
  }

  /** Changes with every write: what was read in an earlier epoch may be stale. */
  get epoch(): number {
    return this.#epoch;
  }

  #get(
    route: string,
    params: Params,
    query: Query,
    mayBeMissing: boolean,
    shape: (result: unknown) => unknown = (result) => result,
  ): Promise<unknown> {
    const where = endpoint(route, params, query);
    let read = this.#reads.get(where.path);
    if (!read) {
      const { api } = this.#clients;
      read = api
        .get({ ...where, ...this.#patience, mayBeMissing })
        .then((answer) =>
          mayBeMissing && answer === undefined ? undefined : shape(resultOf(api, where, answer)),
        );
      this.#reads.set(where.path, read);
    }
    return read;
  }

  /** What was read before a write is forgotten, however the write ends; except below the path that it leaves alone. */
  async #writing<Answer>(write: Promise<Answer>, untouched?: string): Promise<Answer> {
    try {
      return await write;
    } finally {
      this.#epoch += 1;
      for (const path of this.#reads.keys()) {
        if (untouched === undefined || !path.startsWith(untouched)) this.#reads.delete(path);
      }
    }
  }
}
