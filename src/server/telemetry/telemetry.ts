import { memoize1 } from '@graphql-tools/utils';
import type { Tracer } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { downloadKind } from '../../graph/download-link.ts';
import type { CallObserver, CallRecord } from '../../http/client/call-record.ts';
import type { UpstreamError } from '../../http/client/upstream-error.ts';
import { comesInParts } from '../answers.ts';
import { identityOf } from '../callers.ts';
import type { ServerPlugin } from '../front-door.ts';
import { onceAMinute } from '../once.ts';
import { Metrics } from './metrics.ts';
import {
  type ApiCost,
  countCall,
  countRead,
  factsOf,
  factsOfServed,
  isSubscription,
  noteSharers,
  type OperationFacts,
} from './operation-facts.ts';
import { startTraces } from './traces.ts';

/** Why a request was refused before execution, by its status, unless `refusedFor` is set. */
const REASONS: Readonly<Record<number, string>> = {
  401: 'credential',
  408: 'body',
  413: 'body',
  415: 'body',
  503: 'credential',
};

const OPERATION = /\b(?:query|mutation|subscription)\s+(\w+)/g;

/** What proxies log where a client has gone before there was an answer. */
const CLIENT_CLOSED = 499;

export type Telemetry = ReturnType<typeof startTelemetry>;

/** The log, metrics and traces of operations and calls. */
export function startTelemetry(config: Config, log: Logger, tracer: Tracer) {
  const metrics = new Metrics();
  const lines = operationLog(log);
  const traces = startTraces(tracer, new Set(config.TRACE_UPSTREAM.map((api) => api.toUpperCase())));

  /** For all clients of the APIs. */
  const observer: CallObserver = {
    sent(call) {
      countCall(call);
      metrics.sent(call);
      return traces.sent(call);
    },
    ended(call) {
      const { serves } = call;
      noteSharers(call, serves);
      metrics.ended(call);
      lines.ended(call);
      traces.ended(call, serves);
    },
    read(read) {
      countRead(read);
      metrics.read(read);
    },
    failed(error, attempts) {
      metrics.failed(error);
      lines.failed(error, attempts);
    },
  };

  /** Follows each operation from its request to its answer, or to the last part of it. It must be the first plugin. */
  const plugin: ServerPlugin = {
    onRequest({ request, url }) {
      if (!downloadKind(url)) return;
      const facts = factsOf(request);
      facts.isFile = true;
      traces.begin(facts);
    },
    onRequestParse: ({ request }) => traces.begin(factsOf(request)),
    onValidate({ params: { documentAST }, context: { request, params } }) {
      factsOf(request).begin(documentAST, params.operationName);
    },
    onResponse({ request, response, serverContext: { res } }) {
      const facts = factsOfServed(request);
      // Of `/caller`, where secrets can be guessed at as well.
      if (!facts && response.status === 401) metrics.refused('credential');
      if (!facts?.span) return;
      const { codes, operation, startedAt } = facts;
      const caller = identityOf(request).caller.name;
      const length = response.headers.get('content-length');
      const isWhole = !comesInParts(response);
      const ready = performance.now() - startedAt;
      const before = res?.socket?.bytesWritten ?? 0;
      const end = () => {
        const hasLeft = res && !res.writableFinished && !isSubscription(request);
        // Its caller has seen no error, or is the cause: of half a body there is no JSON.
        if (hasLeft) {
          codes.clear();
          codes.add('CALLER_LEFT');
        }
        // What is sent in the end is not this response where a plugin fails that comes later.
        const status = res?.headersSent ? res.statusCode : hasLeft ? CLIENT_CLOSED : response.status;
        const [code = status < 400 ? 'OK' : `HTTP_${status}`] = codes;
        const { refusedFor = operation ? undefined : REASONS[status] } = facts;
        const ms = isWhole && !facts.isFile ? ready : performance.now() - startedAt;
        const sent = (res?.req.socket.bytesWritten ?? 0) - before;
        if (facts.isFile) {
          lines.file(facts, caller, status, ms, sent, res?.writableFinished === false);
          traces.end(facts, status);
          return;
        }
        const whole = length === null ? undefined : Number(length);
        const { TRUSTED_DOCUMENTS: trusted } = config;
        metrics.operation(facts, code, ms, trusted !== undefined && namesIn(trusted).has(facts.name ?? ''));
        if (refusedFor) metrics.refused(refusedFor);
        lines.operation(facts, caller, status, ms, isWhole && !hasLeft ? whole : sent);
        traces.end(facts, status);
      };
      if (!res || res.closed) end();
      else res.once('close', end);
    },
  };

  return { metrics, observer, plugin };
}

/** The names of the operations in these texts. */
const namesIn = memoize1((documents: ReadonlyMap<string, string>): ReadonlySet<string> => {
  const matches = [...documents.values()].flatMap((text) => [...text.matchAll(OPERATION)]);
  return new Set(matches.map(([, name = '']) => name));
});

/** Lines about operations and calls. No line has a value, an id of anybody, or the text of an error. */
function operationLog(log: Logger) {
  const sayShortage = onceAMinute((api: string, calls) => log.warn({ api, calls }, 'calls could not be made in time'));
  const sayOpen = onceAMinute((api: string, calls) => log.warn({ api, calls }, 'calls are refused by an open breaker'));
  return {
    /** One line for each operation; `bytes` is the length of its answer where that is known. */
    operation(facts: OperationFacts, caller: string, status: number, ms: number, bytes: number | undefined): void {
      if (!log.isLevelEnabled('info')) return;
      const { name, operation, hash, client, requestId: request, traceId, costs } = facts;
      const codes = listed(facts.codes);
      const upstream: Record<string, Partial<ApiCost>> = {};
      for (const [api, cost] of costs) {
        const counts: Partial<ApiCost> = {};
        for (const name of Object.keys(cost) as (keyof ApiCost)[]) {
          const count = Math.round(cost[name]);
          if (count > 0) counts[name] = count;
        }
        upstream[api] = counts;
      }
      const kind = operation?.operation;
      const about = { operation: name || undefined, kind, status, codes };
      const answered = { ms: Math.round(ms), upstream: costs.size > 0 ? upstream : undefined, bytes, caller };
      log.info(Object.assign(about, answered, { client, hash, request, traceId }), 'operation');
    },
    /** One line for each file that a link leads to; `isCut`: not all of it was sent. */
    file(facts: OperationFacts, caller: string, status: number, ms: number, bytes: number, isCut: boolean): void {
      const { requestId: request, traceId } = facts;
      log.info({ status, ms: Math.round(ms), bytes, cut: isCut || undefined, caller, request, traceId }, 'file');
    },
    /** One line for each attempt of a call, for whoever wants to know. */
    ended(call: CallRecord): void {
      if (!log.isLevelEnabled('debug')) return;
      const { api, method, route, parameters, fields, body, status, ms = 0, attempt, waitedMs, waitedFor, keys } = call;
      const requests = call.serves.flatMap(({ operation }) => factsOfServed(operation)?.requestId ?? []);
      log.debug(
        {
          ...{ api, method, route, parameters, fields, body, keys, status, ms: Math.round(ms), attempt },
          ...{ waitedMs: Math.round(waitedMs), waitedFor: listed(new Set(waitedFor)), requests },
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

function listed(values: { size: number } & Iterable<string>): string[] | undefined {
  return values.size > 0 ? [...values] : undefined;
}
