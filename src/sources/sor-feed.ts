import type { JsonClient } from '../http/json-client.ts';
import { endpoint } from '../http/path.ts';
import type { Patience } from '../http/patience.ts';
import { UpstreamError } from '../http/upstream-error.ts';
import { type FedChange, type FedValue, FeedPlan } from './feed-plan.ts';
import { resultOf } from './sor-envelope.ts';

/** How long changes wait for others of the same system: operations of one moment have each read its definition. */
const GATHERING_MS = 5;

/** Where values go: a system of record and the secret that opens it. */
export interface FedSystem {
  identifier: string;
  apiKey: string;
}

/** A later call failed after others had gone out. */
export class FeedInterrupted extends Error {
  override readonly name = 'FeedInterrupted';
  readonly requestIds: readonly string[];
  /** How many changes, counted from the first, went out completely. */
  readonly sentCount: number;

  constructor(failure: UpstreamError, requestIds: readonly string[], sentCount: number) {
    super(`Not everything was sent: ${failure.message}`);
    this.requestIds = requestIds;
    this.sentCount = sentCount;
  }
}

/** The changes of one caller. */
interface Order {
  changes: readonly FedChange[];
  patience: Patience;
  /** The calls that each change is in. */
  calls: number[][];
  done: PromiseWithResolvers<string[]>;
}

/**
 * Feeds values to systems of record, for the whole process: what comes for one system within 5 ms goes as one.
 * Sends nothing twice: whether a cut call was carried out is unknown.
 */
export class SorFeed {
  readonly #client: JsonClient;
  readonly #waiting = new Map<string, Order[]>();

  /** `client` is that of the feeding host, which takes no token. */
  constructor(client: JsonClient) {
    this.#client = client;
  }

  /**
   * Sends changes in their order and gives the API's receipts. Throws `FeedInterrupted` when some calls went out
   * before one failed, otherwise that call's `UpstreamError`.
   */
  send(system: FedSystem, changes: readonly FedChange[], patience: Patience): Promise<string[]> {
    const order: Order = { changes, patience, calls: [], done: Promise.withResolvers() };
    const name = JSON.stringify([system.identifier, system.apiKey]);
    const waiting = this.#waiting.get(name);
    if (waiting) waiting.push(order);
    else {
      const orders = [order];
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
    for (const order of orders) order.calls = order.changes.map((change) => plan.add(change));
    const patience = together(orders.map((order) => order.patience));
    const receipts: (string | undefined)[] = [];
    let failure: unknown;
    for (const values of plan.calls) {
      try {
        receipts.push(await this.#post(system, values, patience));
      } catch (error) {
        failure = error;
        break;
      }
      // Nobody waits for what only others have sent.
      for (const order of orders)
        if (isThrough(order, receipts.length)) order.done.resolve(own(order, receipts));
    }
    for (const order of orders) {
      if (isThrough(order, receipts.length)) order.done.resolve(own(order, receipts));
      else order.done.reject(interrupted(order, receipts, failure));
    }
  }

  async #post(
    { identifier, apiKey }: FedSystem,
    values: readonly FedValue[],
    patience: Patience,
  ): Promise<string | undefined> {
    const body = { sor: identifier, api_key: apiKey, customer_attribute_values: values };
    const call = { ...endpoint('/api/attribute_values', {}), body };
    const answer = await this.#client.send({ method: 'POST', ...call, ...patience });
    const { requestId, request_id } = (resultOf(this.#client, call, answer) ?? {}) as Record<string, unknown>;
    // The seed's text and its sample spell it differently.
    const receipt = requestId ?? request_id;
    return typeof receipt === 'string' ? receipt : undefined;
  }
}

function isThrough({ calls }: Order, sent: number): boolean {
  return calls.every((used) => used.every((call) => call < sent));
}

/** The receipts of the calls that an order had part in. */
function own({ calls }: Order, receipts: readonly (string | undefined)[]): string[] {
  const used = new Set(calls.flat());
  return receipts.filter((receipt, call): receipt is string => receipt !== undefined && used.has(call));
}

function interrupted(order: Order, receipts: readonly (string | undefined)[], failure: unknown): unknown {
  const begun = order.calls.flat().some((call) => call < receipts.length);
  if (!begun || !(failure instanceof UpstreamError)) return failure;
  const unsent = order.calls.findIndex((used) => used.some((call) => call >= receipts.length));
  return new FeedInterrupted(failure, own(order, receipts), unsent);
}

/** As patient as the most patient of several callers: one that leaves must not take the others' values with it. */
function together(patiences: readonly Patience[]): Patience {
  const [only] = patiences;
  if (only && patiences.length === 1) return only;
  const deadlines = patiences.map(({ deadline }) => deadline ?? Number.POSITIVE_INFINITY);
  const signals = patiences.map(({ signal }) => signal);
  const left = new AbortController();
  const leave = () => {
    if (signals.every((signal) => signal?.aborted)) left.abort(signals[0]?.reason);
  };
  for (const signal of signals) signal?.addEventListener('abort', leave);
  leave();
  const deadline = Math.max(...deadlines);
  return { signal: left.signal, ...(Number.isFinite(deadline) && { deadline }) };
}
