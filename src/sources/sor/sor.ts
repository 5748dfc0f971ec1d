import type { OpenedStream, WriteCall } from '../../http/client/calls.ts';
import type { Form } from '../../http/client/form.ts';
import { endpoint, type QueryValue, type Route } from '../../http/client/path.ts';
import type { UpstreamError } from '../../http/client/upstream-error.ts';
import type { Coalescer } from '../../http/reads/coalescer.ts';
import { type Lookup, ONLY, only } from '../../http/reads/lookup.ts';
import type { Changes, Operation, Primed } from '../../http/reads/operation.ts';
import { reachOf } from '../hosts.ts';
import { resultOf, writtenResultOf } from './api.ts';
import type { FedSystem, SorFeed } from './feed.ts';
import type { FedChange } from './feed-plan.ts';
import { noteSystems, profileLookups, type ShownByAnswers } from './profile-lookup.ts';
import { type CustomerIdType, isProfile, type ProfileProjection, type ProfileRow } from './profile-rows.ts';
import { CUSTOMER_LISTS, CUSTOMERS, customerTag, DEFINITIONS, type Subject } from './resources.ts';

export interface SorSettings {
  /** The largest page asked for; the API allows 10,000 (vendor's page: customer profiles). */
  maxPageSize: number;
  /** How long the API may take to carry out a feed or an import, in milliseconds. */
  settleMs: number;
}

export type SorReads = ReturnType<typeof openSorReads>;

/** What of the System of Record lives as long as the process; `feed` calls a host of its own, which takes no token. */
export function openSorReads(api: Coalescer, feed: SorFeed, settings: SorSettings) {
  const shown: ShownByAnswers = { listsEmpty: new Map(), globalIdentifier: undefined, systems: new Set() };
  return { api, feed, settings, shown, profiles: profileLookups(api.client, settings.maxPageSize, shown) };
}

/** What a row is narrowed by is part of every question here: nobody documents that it leaves the rows as they are. */
const WHOLE = {};

type Query = Readonly<Record<string, QueryValue>>;
type Params = Readonly<Record<string, string>>;

/** A GET of the System of Record. */
export interface SorRead<Result> {
  about: Subject;
  route: Route;
  params?: Params;
  query?: Query;
  /** Whether a 404, or the API's own words for it, says that there is nothing, instead of failing. */
  mayBeMissing?: boolean;
  /** Whether a 204 does. */
  mayBeEmpty?: boolean;
  /** Makes what is wanted of the result, once for all who ask; `asOf` is its moment, in ms of the wall clock. */
  shape?: (result: unknown, asOf: number) => Result;
  /** Whom the question names, and whose data a result is. */
  subjectsOf?: (result: Result | null) => ReturnType<NonNullable<Lookup<Result>['subjectsOf']>>;
}

/** FollowAnalytics' System of Record for one operation, without envelopes. Everything throws `UpstreamError`. */
export class Sor {
  readonly #reads: SorReads;
  readonly #operation: Operation;
  /** Lists of profiles that were taken in. */
  readonly #primed = new WeakSet<readonly unknown[]>();

  constructor(reads: SorReads, operation: Operation) {
    this.#reads = reads;
    this.#operation = operation;
  }

  get settings(): SorSettings {
    return this.#reads.settings;
  }

  /** The same for another operation. */
  within(operation: Operation): Sor {
    return new Sor(this.#reads, operation);
  }

  /** Whether the API is on this machine, as a stand-in is. */
  get isOnLoopback(): boolean {
    return reachOf(new URL(this.#client.origin).hostname) === 'machine';
  }

  get shown(): ShownByAnswers {
    return this.#reads.shown;
  }

  /** The `result` of a GET; undefined where the API has nothing. */
  async read<Result = unknown>(read: SorRead<Result>): Promise<Result | undefined> {
    const { api } = this.#reads;
    const { about, route, params = {}, query, mayBeMissing = false, mayBeEmpty = false } = read;
    const where = endpoint(route, params, query);
    const lookup: Lookup<Result> = {
      name: where.path,
      route,
      mayBeMissing,
      mayBeEmpty,
      resource: about.resource,
      tagsOf: () => about.tags,
      subjectsOf: (_key, result) => read.subjectsOf?.(result) ?? [],
      path: () => where.path,
      pageIn(answer, _asked, asOf) {
        const found = resultOf(api.client, route, answer);
        return only(read.shape ? read.shape(found, asOf) : (found as Result));
      },
    };
    return (await this.#operation.load(api, lookup, ONLY, WHOLE)) ?? undefined;
  }

  /** The profile of a customer, of whose values at least those of the projection; null when there is none. */
  profile(id: string, type: CustomerIdType, projection: ProfileProjection): Promise<ProfileRow | null> {
    const { api, profiles } = this.#reads;
    return this.#operation.load(api, profiles(id, type), id, projection);
  }

  /** Takes in profiles that a list has brought, so that they need not be looked up; once, as aliases share the list. */
  primeProfiles(list: readonly unknown[], projection: ProfileProjection): void {
    const { api, profiles, shown } = this.#reads;
    if (this.#primed.has(list)) return;
    this.#primed.add(list);
    const rows = list.filter(isProfile);
    if (projection.systems) noteSystems(shown, rows);
    const primed = rows.values().map((row): Primed => {
      const { customer_id: key, customer_id_type: type } = row;
      return [profiles(key, type), key, row];
    });
    this.#operation.prime(api, projection, primed);
  }

  /** A GET whose answer is handed on as it comes. */
  open(route: Route, query: Query): Promise<OpenedStream> {
    return this.#client.open({ ...endpoint(route, {}, query), options: this.#operation.options });
  }

  /** The same at an address that an answer named. Throws for one that is not the API's own: the token would go there. */
  async openAddress(route: Route, address: string): Promise<OpenedStream> {
    const { origin } = this.#client;
    const url = URL.parse(address, origin);
    if (url?.origin !== origin || !url.pathname.startsWith('/api/')) {
      throw this.#client.unusable(route, 'badResponse', 'named an address that is not its own');
    }
    return this.#client.open({
      route,
      path: url.pathname + url.search,
      isGiven: true,
      options: this.#operation.options,
    });
  }

  /** The error of what the API has promised and not done in time. */
  overdue(route: string): UpstreamError {
    return this.#client.unusable(route, 'timeout', 'has not done in time what it was asked for');
  }

  /** The `result` of a write, if the API gives one. Without a `body` nothing is sent, nor a content type. Sent once. */
  async write(method: WriteCall['method'], route: Route, params: Params, changes: Changes, body?: object) {
    const call = { method, ...endpoint(route, params), body };
    const answer = await this.#writing(changes, (options) => this.#client.send({ ...call, options }));
    return writtenResultOf(this.#client, route, answer);
  }

  /** The `result` of a POST that passes a file on, for as long as it takes: who waits for a screen goes first. */
  async upload(route: Route, form: Form, changes: Changes): Promise<unknown> {
    const call = { method: 'POST', ...endpoint(route, {}), form } as const;
    const answer = await this.#writing(changes, ({ signal, allowance, operation }) =>
      this.#client.send({ ...call, options: { signal, allowance, operation, priority: 'background' } }),
    );
    return writtenResultOf(this.#client, route, answer);
  }

  /** Feeds values, as `SorFeed.send`. Definitions stay as they are, unless values may define attributes. */
  feed(system: FedSystem, changes: readonly FedChange[], mayDefine: boolean): Promise<string[]> {
    const fed = changes
      .flat()
      .map(({ customer_id: id, customer_id_type }) => customerTag(id, customer_id_type ?? 'user_id'));
    const later = [...new Set([CUSTOMER_LISTS, ...fed]), ...(mayDefine ? [DEFINITIONS] : [])];
    return this.#writing({ atOnce: [], later }, (options) => this.#reads.feed.send(system, changes, options));
  }

  /** Forgets what was read of customers. */
  forgetCustomers(): Promise<void> {
    return this.#operation.forget(this.#reads.api, { atOnce: [CUSTOMERS] });
  }

  /** The error of an answer that is not what the route promises. */
  malformed(route: string): UpstreamError {
    return this.#client.malformed(route);
  }

  get #client() {
    return this.#reads.api.client;
  }

  #writing<Answer>(changes: Changes, send: Parameters<Operation['write']>[2]): Promise<Answer> {
    const { api, settings } = this.#reads;
    return this.#operation.write(api, { laterMs: settings.settleMs, ...changes }, send) as Promise<Answer>;
  }
}
