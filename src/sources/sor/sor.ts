import type { CallOptions } from '../../http/client/call-options.ts';
import type { OpenedStream, WriteCall } from '../../http/client/calls.ts';
import type { Form } from '../../http/client/form.ts';
import { endpoint, type QueryValue } from '../../http/client/path.ts';
import { mayHaveHappened, UNSETTLED_MS, type UpstreamError } from '../../http/client/upstream-error.ts';
import type { SharedReads } from '../../http/reads/shared-reads.ts';
import { resultOf, writtenResultOf } from './envelope.ts';
import type { FedSystem, SorFeed } from './feed.ts';
import type { FedChange } from './feed-plan.ts';
import { CUSTOMER_LISTS, changesOf, customerTag, DEFINITIONS, subjectOf } from './resources.ts';

/** The hosts of the System of Record: values are fed on one of their own, which takes no token. */
export interface SorClients {
  api: SharedReads;
  feed: SorFeed;
}

export interface SorSettings {
  /** The largest page asked for; the API allows 10,000 (seed). */
  maxPageSize: number;
  /** How long the API may take to carry out a feed or an import, in milliseconds. */
  settleMs: number;
}

/** What a row is narrowed by is part of every question here: nobody documents that it leaves the rows as they are. */
const WHOLE = {};

/** Below this path nothing says what a customer's values are. */
const SYSTEMS = '/api/system_of_records';

type Query = Readonly<Record<string, QueryValue>>;
type Params = Readonly<Record<string, string>>;

/**
 * FollowAnalytics' System of Record, version 2, for one operation: equal reads within it have one answer, until
 * a write of the same operation makes that stale. Answers come without their envelope. Throws `UpstreamError`,
 * also for a 200 that says `success: false`.
 */
export class Sor {
  readonly settings: SorSettings;
  readonly #clients: SorClients;
  /** How long the operation waits. */
  readonly callOptions: CallOptions;
  readonly #reads = new Map<string, Promise<unknown>>();
  #epoch = 0;

  constructor(clients: SorClients, settings: SorSettings, callOptions: CallOptions = {}) {
    this.#clients = clients;
    this.settings = settings;
    this.callOptions = callOptions;
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
    return this.shared.client.open({ ...endpoint(route, {}, query), ...this.callOptions });
  }

  /** The same at an address that an answer named. Throws for one that is not the API's own: the token would go there. */
  async openAddress(route: string, address: string): Promise<OpenedStream> {
    const api = this.shared.client;
    const url = URL.parse(address, api.origin);
    if (url?.origin !== api.origin || !url.pathname.startsWith('/api/')) {
      throw api.unusable(route, 'badResponse', 'named an address that is not its own');
    }
    return api.open({ route, path: url.pathname + url.search, ...this.callOptions });
  }

  /** The error of what the API has promised and not done in time. */
  overdue(route: string): UpstreamError {
    return this.shared.client.unusable(route, 'timeout', 'has not done in time what it was asked for');
  }

  /** The `result` of a write; undefined where the API answers without one. Sent once. */
  async write(
    method: WriteCall['method'],
    route: string,
    params: Params = {},
    body: object = {},
  ): Promise<unknown> {
    const { client } = this.shared;
    const call = { method, ...endpoint(route, params), body };
    const sent = client.send({ ...call, ...this.callOptions });
    return writtenResultOf(client, call, await this.#writing(sent, changesOf(method, route)));
  }

  /**
   * The `result` of a POST that passes a file on. However long that takes, the operation's deadline does not end it; so
   * whoever waits for a screen goes first.
   */
  async upload(route: string, form: Form): Promise<unknown> {
    const { client } = this.shared;
    const call = { method: 'POST', ...endpoint(route, {}), form } as const;
    const { signal, statistics } = this.callOptions;
    const sent = client.send({ ...call, signal, statistics, priority: 'background' });
    return writtenResultOf(client, call, await this.#writing(sent, changesOf(call.method, route)));
  }

  /**
   * Feeds values, on the host for that alone; as `SorFeed.send`. Leaves the list of systems as it is, unless values
   * may define attributes.
   */
  feed(system: FedSystem, changes: readonly FedChange[], mayDefine: boolean): Promise<string[]> {
    const fed = changes
      .flat(2)
      .map(({ customer_id: id, customer_id_type }) => customerTag(id, customer_id_type ?? 'user_id'));
    const later = [...new Set([CUSTOMER_LISTS, ...fed]), ...(mayDefine ? [DEFINITIONS] : [])];
    const sent = this.#clients.feed.send(system, changes, this.callOptions);
    return this.#writing(sent, { atOnce: [], later }, mayDefine ? undefined : SYSTEMS);
  }

  /** The error of an answer that is not what the route promises. */
  malformed(route: string): UpstreamError {
    return this.shared.client.malformed(route);
  }

  /** What all operations share. */
  get shared(): SharedReads {
    return this.#clients.api;
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
      const { client } = this.shared;
      const isMissing = (answer: unknown) => mayBeMissing && answer === undefined;
      const accept = (answer: unknown) =>
        isMissing(answer) ? undefined : { result: resultOf(client, where, answer) };
      const about = { question: where.path, projection: WHOLE, ...subjectOf(route, query) };
      read = this.shared
        .read({ ...where, ...about, mayBeMissing, accept }, this.callOptions)
        .then((found) => found && shape(found.result));
      this.#reads.set(where.path, read);
    }
    return read;
  }

  /** What was read before a write is forgotten, however the write ends; except below the path that it leaves alone. */
  async #writing<Answer>(
    write: Promise<Answer>,
    { atOnce, later }: ReturnType<typeof changesOf>,
    untouched?: string,
  ): Promise<Answer> {
    try {
      return await write;
    } catch (error) {
      if (mayHaveHappened(error)) await this.shared.settle([...atOnce, ...later], UNSETTLED_MS);
      throw error;
    } finally {
      this.#epoch += 1;
      for (const path of this.#reads.keys()) {
        if (untouched === undefined || !path.startsWith(untouched)) this.#reads.delete(path);
      }
      await this.shared.forget(atOnce);
      await this.shared.settle(later, this.settings.settleMs);
    }
  }
}
