import type { Logger } from 'pino';
import type { CallObserver } from '../../http/client/call-observer.ts';
import type { CallRecord } from '../../http/client/call-record.ts';
import type { UpstreamError } from '../../http/client/upstream-error.ts';
import { factsOfServed, type OperationFacts } from './operation-facts.ts';

/** How often the log says that calls cannot be made in time, in milliseconds. */
const LINE_PAUSE_MS = 60_000;

/** An operation's answer, as far as the log has it. */
export interface Answered {
  caller: string;
  status: number;
  ms: number;
  /** Of its body; undefined where that is not known. */
  bytes: number | undefined;
}

/** Lines about operations and calls. No line has a value, an id of anybody, or the text of an error. */
export class OperationLog implements CallObserver {
  readonly #log: Logger;
  /** Calls that could not be made in time since the last line about it, by API. */
  readonly #shortages = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** One line for each operation. */
  operation(facts: OperationFacts, { caller, status, ms, bytes }: Answered): void {
    if (!this.#log.isLevelEnabled('info')) return;
    const { name, operation, hash, client, requestId, traceId, codes, costs } = facts;
    const upstream = [...costs].map(([api, cost]) => [api, counted({ ...cost, waitedMs: Math.round(cost.waitedMs) })]);
    this.#log.info(
      {
        ...{ operation: name || undefined, kind: operation?.operation, status, codes: listed(codes) },
        ...{ ms: Math.round(ms), upstream: costs.size > 0 ? Object.fromEntries(upstream) : undefined, bytes, caller },
        ...{ client, hash, request: requestId, traceId },
      },
      'operation',
    );
  }

  /** One line for each attempt of a call, for whoever wants to know. */
  ended(call: CallRecord): void {
    if (!this.#log.isLevelEnabled('debug')) return;
    const { api, method, route, parameters, fields, status, ms, attempt, waitedMs, waitedFor, keys, serves } = call;
    const requests = serves.flatMap(({ operation }) => factsOfServed(operation)?.requestId ?? []);
    this.#log.debug(
      {
        ...{ api, method, route, parameters, fields, keys, status, ms: Math.round(ms ?? 0), attempt },
        ...{ waitedMs: Math.round(waitedMs), waitedFor: listed(waitedFor), requests },
      },
      'upstream call',
    );
  }

  /** One line for a failed call, under the id that clients see; of a shortage of calls one a minute. */
  failed({ api, route, failure, status, traceId, failureId, code }: UpstreamError, attempts: number): void {
    if (failure === 'rateLimited' && status === undefined) this.#short(api);
    else {
      const about = { api, route, failure, status, traceId, failureId, code, attempts };
      this.#log.warn(about, 'upstream call failed');
    }
  }

  #short(api: string): void {
    const counted = this.#shortages.get(api);
    if (counted !== undefined) this.#shortages.set(api, counted + 1);
    else this.#tellShortage(api, 1);
  }

  #tellShortage(api: string, calls: number): void {
    this.#log.warn({ api, calls }, 'calls could not be made in time');
    this.#shortages.set(api, 0);
    setTimeout(() => {
      const more = this.#shortages.get(api) ?? 0;
      if (more > 0) this.#tellShortage(api, more);
      else this.#shortages.delete(api);
    }, LINE_PAUSE_MS).unref();
  }
}

/** What was counted at all. */
function counted(counts: object): object {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function listed(values: Iterable<string>): string[] | undefined {
  const list = [...values];
  return list.length > 0 ? list : undefined;
}
