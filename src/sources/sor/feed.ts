import type { CallOptions } from '../../http/client/call-options.ts';
import type { JsonClient } from '../../http/client/json-client.ts';
import { endpoint, template } from '../../http/client/path.ts';
import { mayHaveHappened, UpstreamError } from '../../http/client/upstream-error.ts';
import { SharedCall } from '../../http/reads/shared-call.ts';
import { textOf } from '../exact-values.ts';
import { writtenResultOf } from './api.ts';
import { type FedChange, type FedValue, FeedPlan } from './feed-plan.ts';

const ROUTE = template('/api/attribute_values');

/** How long changes wait for others of the same system: operations of one moment have each read its definition. */
const GATHERING_MS = 5;

/** Where values go: a system of record and the secret that opens it. */
export interface FedSystem {
  identifier: string;
  apiKey: string;
}

/** A call failed after others had gone out. */
export class FeedInterrupted extends Error {
  override readonly name = 'FeedInterrupted';
  readonly requestIds!: readonly string[];
  /** How many changes, counted from the first, were sent completely. */
  readonly sentCount!: number;
  /** How many of the changes after those may have been carried out, wholly or in part. */
  readonly unknownCount!: number;

  constructor(failure: UpstreamError, sent: Pick<FeedInterrupted, 'requestIds' | 'sentCount' | 'unknownCount'>) {
    super(`Not everything was sent: ${failure.toSender()}`);
    Object.assign(this, sent);
  }
}

/** The changes of one caller. */
class Order {
  readonly callOptions: CallOptions;
  /** What it has in each call. */
  readonly parts = new Map<number, readonly FedValue[]>();
  /** The receipts of the calls that went out with it, in their order. */
  readonly sent = new Map<number, string | undefined>();
  /** The call that failed, if the API may have carried it out. */
  unknown: number | undefined;
  isOver = false;
  readonly done = Promise.withResolvers<string[]>();
  readonly #changes: readonly FedChange[];
  /** The calls that each change is in. */
  #calls: number[][] = [];

  constructor(changes: readonly FedChange[], callOptions: CallOptions) {
    this.#changes = changes;
    this.callOptions = callOptions;
  }

  place(plan: FeedPlan): void {
    const before = plan.calls.map(({ length }) => length);
    this.#calls = plan.add(this.#changes);
    for (const call of new Set(this.#calls.flat())) {
      this.parts.set(call, plan.calls[call]?.slice(before[call] ?? 0) ?? []);
    }
  }

  resolve(): void {
    this.isOver = true;
    this.done.resolve(this.#receipts);
  }

  reject(failure: unknown): void {
    this.isOver = true;
    if (this.callOptions.hidesReasons && failure instanceof UpstreamError) failure.becomeShared();
    const isPartial = this.sent.size > 0 && failure instanceof UpstreamError;
    this.done.reject(isPartial ? this.#interrupted(failure) : failure);
  }

  #interrupted(failure: UpstreamError): FeedInterrupted {
    const { sent, unknown } = this;
    const sentCount = this.#calls.findIndex((used) => used.some((call) => !sent.has(call)));
    const mayBeSent = (used: readonly number[]) => used.some((call) => sent.has(call) || call === unknown);
    const unknownCount = this.#calls.slice(sentCount).filter(mayBeSent).length;
    return new FeedInterrupted(failure, { requestIds: this.#receipts, sentCount, unknownCount });
  }

  get #receipts(): string[] {
    return [...this.sent.values()].filter((receipt) => receipt !== undefined);
  }
}

/**
 * Feeds values to systems of record, for the whole process: what comes for one system within 5 ms goes in one call.
 * Nothing is sent twice, as a cut call may have been carried out. Only a call of several callers that the API refused
 * is taken apart: each of them then sends its changes alone.
 */
export class SorFeed {
  readonly #client: JsonClient;
  readonly #waiting = new Map<string, Order[]>();

  /** `client` is that of the feeding host, which takes no token. */
  constructor(client: JsonClient) {
    this.#client = client;
  }

  /** Sends changes in order; returns receipts. Throws `FeedInterrupted` if some calls went out before one failed. */
  send(system: FedSystem, changes: readonly FedChange[], callOptions: CallOptions): Promise<string[]> {
    const order = new Order(changes, callOptions);
    const name = JSON.stringify([system.identifier, system.apiKey]);
    const orders = this.#waiting.get(name) ?? [];
    if (orders.push(order) === 1) {
      this.#waiting.set(name, orders);
      setTimeout(() => {
        this.#waiting.delete(name);
        void this.#sendTogether(system, orders);
      }, GATHERING_MS);
    }
    return order.done.promise;
  }

  async #sendTogether(system: FedSystem, orders: readonly Order[]): Promise<void> {
    const plan = new FeedPlan();
    for (const order of orders) order.place(plan);
    for (const order of orders) if (order.parts.size === 0) order.resolve();
    for (const call of plan.calls.keys()) {
      for (const order of orders) {
        const { signal } = order.callOptions;
        if (signal?.aborted) order.reject(signal.reason);
      }
      const waiting = orders.filter(({ isOver }) => !isOver);
      const sharers = waiting.filter(({ parts }) => parts.has(call));
      const behind = waiting.filter(({ parts }) => !parts.has(call));
      const sent = this.#sendCall(system, call, sharers);
      await Promise.all([sent, ...this.#waitBehind(sent, behind)]);
    }
  }

  /** One call for all who have a part in it. Each of them ends as it does, or earlier with its own patience. */
  async #sendCall(system: FedSystem, call: number, sharers: readonly Order[]): Promise<void> {
    // Who leaves before the call has its turn takes its values along.
    const shared = new SharedCall<string | undefined>((startedAt, hadItsTurn) => {
      const outcome = hadItsTurn ? 'UNKNOWN' : 'NOT_SENT';
      return Object.assign(this.#client.overdue(ROUTE, startedAt, hadItsTurn), { outcome });
    });
    const stillWanted = () => sharers.flatMap(({ isOver, parts }) => (isOver ? [] : (parts.get(call) ?? [])));
    let refusal: unknown;
    const ends = sharers.map(async (order) => {
      try {
        order.sent.set(call, await shared.join(order.callOptions));
        // Nobody waits for what only others have sent.
        if (order.sent.size === order.parts.size) order.resolve();
      } catch (error) {
        if (error === refusal && sharers.length > 1) return;
        if (mayHaveHappened(error)) order.unknown = call;
        order.reject(error);
      }
    });
    for (const { callOptions } of sharers.slice(1)) {
      this.#client.observe({ route: ROUTE, resource: 'values', from: 'batched', serves: [callOptions] });
    }
    shared.run(async (callOptions) => {
      try {
        return await this.#post(system, stillWanted, callOptions);
      } catch (error) {
        if (error instanceof UpstreamError && error.failure === 'rejected' && error.outcome === 'REFUSED')
          refusal = error;
        throw error;
      }
    });
    await Promise.all(ends);
    if (refusal === undefined || sharers.length === 1) return;
    // One wrong value is enough for a refusal, and nothing of a refused call was carried out.
    const waiting = sharers.filter(({ isOver }) => !isOver);
    await Promise.all(waiting.map((order) => this.#sendCall(system, call, [order])));
  }

  /** Each of those whose turn is later waits for a call of others, no longer than its own patience lasts. */
  #waitBehind(sent: Promise<void>, behind: readonly Order[]): Promise<void>[] {
    const wait = new SharedCall<void>((startedAt) =>
      Object.assign(this.#client.overdue(ROUTE, startedAt, true), { outcome: 'NOT_SENT' }),
    );
    // It is not for those who wait to end it.
    const whole = wait.join({});
    const ends = behind.map((order) => wait.join(order.callOptions).catch((error) => order.reject(error)));
    wait.run(() => sent);
    return [whole, ...ends];
  }

  async #post({ identifier, apiKey }: FedSystem, values: () => readonly FedValue[], callOptions: CallOptions) {
    let sealed: readonly FedValue[] | undefined;
    const body = {
      sor: identifier,
      api_key: apiKey,
      // Asked for when the call has its turn: who has left by then was told that nothing was sent.
      get customer_attribute_values() {
        sealed ??= values();
        return sealed;
      },
    };
    const call = { method: 'POST', ...endpoint(ROUTE, {}), body } as const;
    const answer = await this.#client.send({ ...call, options: callOptions });
    const result: Record<string, unknown> = Object(writtenResultOf(this.#client, call.route, answer));
    // The text of the vendor's page and its sample spell it differently.
    return textOf(result['requestId'] ?? result['request_id']) ?? undefined;
  }
}
