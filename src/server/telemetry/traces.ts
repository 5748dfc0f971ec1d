import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { CallRecord } from '../../http/client/call-record.ts';
import { factsOfServed, type OperationFacts } from './operation-facts.ts';

/** Spans of operations and calls: names, counts and states, never a value. `passedOnTo`: APIs with a `traceparent`. */
export function startTraces(tracer: Tracer, passedOnTo: ReadonlySet<string>) {
  const spans = new WeakMap<CallRecord, Span>();
  return {
    /** An operation has come. */
    begin(facts: OperationFacts): void {
      const { traceParent } = facts;
      const active = context.active();
      // What an instrumentation of the process itself has begun is nearer than the caller's span.
      const isWithin = trace.getSpan(active) !== undefined || !traceParent;
      const parent = isWithin ? active : trace.setSpanContext(active, { ...traceParent, isRemote: true });
      facts.span = tracer.startSpan('operation', { kind: SpanKind.SERVER }, parent);
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
      const [first] = call.serves;
      const owner = factsOfServed(first?.operation)?.span;
      const isPassedOn = passedOnTo.has(call.api);
      // Where nobody traces the operation, its calls need not be looked at.
      if (owner && !owner.isRecording() && !isPassedOn) return undefined;
      const parent = owner ? trace.setSpan(context.active(), owner) : context.active();
      const span = tracer.startSpan(`${call.method} ${call.route}`, { kind: SpanKind.CLIENT }, parent);
      spans.set(call, span);
      const { traceId, spanId, traceFlags } = span.spanContext();
      if (!isPassedOn || !trace.isSpanContextValid(span.spanContext())) return undefined;
      return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` };
    },
    ended(call: CallRecord): void {
      const span = spans.get(call);
      if (!span?.isRecording()) return;
      const { status, waitedFor } = call;
      const hasAnswer = typeof status === 'number';
      const isFailed = !hasAnswer || status >= 400;
      const [, ...others] = call.serves;
      for (const { operation } of others) {
        const served = factsOfServed(operation)?.span;
        if (served) span.addLink({ context: served.spanContext() });
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
      span.end();
    },
  };
}
