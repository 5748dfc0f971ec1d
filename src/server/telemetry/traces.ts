import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { Served } from '../../http/client/call-options.ts';
import type { CallRecord } from '../../http/client/call-record.ts';
import { factsOfServed, type OperationFacts } from './operation-facts.ts';

/** Spans of operations and calls: names, counts and states, never a value. `passedOnTo`: APIs with a `traceparent`. */
export function startTraces(tracer: Tracer, passedOnTo: ReadonlySet<string>) {
  /** Of calls whose API is told. */
  const spans = new WeakMap<CallRecord, Span>();
  /** The span of the operation that pays for a call, or of another one that it serves if somebody traces only that. */
  const parentOf = (serves: readonly Served[]): Span | undefined => {
    let first: Span | undefined;
    for (const { operation } of serves) {
      const span = factsOfServed(operation)?.span;
      if (span?.isRecording()) return span;
      first ??= span;
    }
    return first;
  };
  const begun = (call: CallRecord, parent: Span | undefined): Span => {
    const options = { kind: SpanKind.CLIENT, startTime: call.sentAt };
    const within = parent ? trace.setSpan(context.active(), parent) : context.active();
    return tracer.startSpan(`${call.method} ${call.route}`, options, within);
  };
  return {
    /** An operation has come, or somebody who follows the link of a file. */
    begin(facts: OperationFacts): void {
      const { traceParent } = facts;
      const active = context.active();
      // What an instrumentation of the process itself has begun is nearer than the caller's span.
      const isWithin = trace.getSpan(active) !== undefined || !traceParent;
      const parent = isWithin ? active : trace.setSpanContext(active, { ...traceParent, isRemote: true });
      facts.span = tracer.startSpan(facts.isFile ? 'file' : 'operation', { kind: SpanKind.SERVER }, parent);
    },
    /** Its answer is there. */
    end({ span, name, operation, hash, client, requestId, codes }: OperationFacts, status: number): void {
      if (!span?.isRecording()) return;
      const kind = operation?.operation;
      // Names are the clients' own, of which there may be any number.
      if (kind) span.updateName(kind);
      span.setAttributes({
        'graphql.operation.name': name || undefined,
        'graphql.operation.type': kind,
        'gateway.document.hash': hash,
        'gateway.error.codes': codes.size > 0 ? [...codes] : undefined,
        'gateway.client.name': client,
        'gateway.request.id': requestId,
        'http.response.status_code': status,
      });
      if (codes.size > 0) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    /** A call is sent; returns the headers that go with it. */
    sent(call: CallRecord): Readonly<Record<string, string>> | undefined {
      if (!passedOnTo.has(call.api)) return undefined;
      const span = begun(call, parentOf(call.serves));
      spans.set(call, span);
      const { traceId, spanId, traceFlags } = span.spanContext();
      if (!trace.isSpanContextValid(span.spanContext())) return undefined;
      return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` };
    },
    /** It is over: what it served is known only now. */
    ended(call: CallRecord, serves: readonly Served[]): void {
      const parent = parentOf(serves);
      const known = spans.get(call);
      // Where nobody traces an operation, its calls need not be looked at.
      if (!known?.isRecording() && (parent ? !parent.isRecording() : known)) return;
      const span = known?.isRecording() ? known : begun(call, parent);
      if (!span.isRecording()) return;
      const { status, waitedFor } = call;
      const hasAnswer = typeof status === 'number';
      const isFailed = !hasAnswer || status >= 400;
      for (const { operation } of serves) {
        const served = factsOfServed(operation)?.span;
        if (served && served !== parent) span.addLink({ context: served.spanContext() });
      }
      span.setAttributes({
        'gateway.api': call.api,
        'gateway.waited_ms': Math.round(call.waitedMs),
        'gateway.waited_for': waitedFor.length > 0 ? [...waitedFor] : undefined,
        'gateway.keys': call.keys,
        'http.request.method': call.method,
        'http.request.resend_count': call.attempt > 1 ? call.attempt - 1 : undefined,
        'http.response.status_code': hasAnswer ? status : undefined,
        'error.type': isFailed ? String(status) : undefined,
        'url.template': call.route,
      });
      if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(call.sentAt + (call.ms ?? 0));
    },
  };
}
