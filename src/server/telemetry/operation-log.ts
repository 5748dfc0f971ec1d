import type { Logger } from 'pino';
import type { CallRecord } from '../../http/client/call-record.ts';
import type { UpstreamError } from '../../http/client/upstream-error.ts';
import { onceAMinute } from '../once.ts';
import { factsOfServed, type OperationFacts } from './operation-facts.ts';

/** Lines about operations and calls. No line has a value, an id of anybody, or the text of an error. */
export function operationLog(log: Logger) {
  const sayShortage = onceAMinute((api: string, calls) => log.warn({ api, calls }, 'calls could not be made in time'));
  const sayOpen = onceAMinute((api: string, calls) => log.warn({ api, calls }, 'calls are refused by an open breaker'));
  return {
    /** One line for each operation; `bytes` is the length of its answer where that is known. */
    operation(facts: OperationFacts, caller: string, status: number, ms: number, bytes: number | undefined): void {
      if (!log.isLevelEnabled('info')) return;
      const { name, operation, hash, client, requestId, traceId, codes, costs } = facts;
      const upstream: Record<string, object> = {};
      for (const [api, { waitedMs, ...counts }] of costs) {
        const all = Object.entries({ ...counts, waitedMs: Math.round(waitedMs) });
        upstream[api] = Object.fromEntries(all.filter(([, count]) => count > 0));
      }
      log.info(
        {
          ...{ operation: name || undefined, kind: operation?.operation, status, codes: listed(codes) },
          ...{ ms: Math.round(ms), upstream: costs.size > 0 ? upstream : undefined, bytes, caller },
          ...{ client, hash, request: requestId, traceId },
        },
        'operation',
      );
    },
    /** One line for each attempt of a call, for whoever wants to know. */
    ended(call: CallRecord): void {
      if (!log.isLevelEnabled('debug')) return;
      const { api, method, route, parameters, fields, body, status, ms = 0, attempt, waitedMs, waitedFor, keys } = call;
      const requests = call.serves.flatMap(({ operation }) => factsOfServed(operation)?.requestId ?? []);
      log.debug(
        {
          ...{ api, method, route, parameters, fields, body, keys, status, ms: Math.round(ms), attempt },
          ...{ waitedMs: Math.round(waitedMs), waitedFor: listed(waitedFor), requests },
        },
        'upstream call',
      );
    },
    /** One line for a failed call, with the id that clients see; one a minute for calls that were not made. */
    failed({ api, route, failure, status, traceId, failureId, code }: UpstreamError, attempts: number): void {
      if (failure === 'rateLimited' && status === undefined) sayShortage(api);
      else if (code === 'BREAKER_OPEN') sayOpen(api);
      else log.warn({ api, route, failure, status, traceId, failureId, code, attempts }, 'upstream call failed');
    },
  };
}

function listed(values: Iterable<string>): string[] | undefined {
  const list = [...values];
  return list.length > 0 ? list : undefined;
}
