import { hash, randomUUID } from 'node:crypto';
import { type ExecutionResult, memoize1 } from '@graphql-tools/utils';
import { INVALID_TRACEID, type Span } from '@opentelemetry/api';
import { type DocumentNode, getOperationAST, type OperationDefinitionNode, OperationTypeNode, print } from 'graphql';
import type { Served } from '../../http/client/call-options.ts';
import type { CallRecord, ReadRecord } from '../../http/client/call-record.ts';

/** Names that clients give themselves and their operations are no longer than this in logs. */
const LONGEST_NAME = 100;

/** What a client or a proxy may choose as the id of a request: one short word without quotation marks or line ends. */
const REQUEST_ID = /^[\w.:+/=-]{1,128}$/;

/** A `traceparent` (W3C Trace Context): only in versions after 00 more may follow, and there is no version ff. */
const TRACE_PARENT = /^(?!ff|00.{54})[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

/** The one flag that the standard has for certain: others are not passed on. */
const SAMPLED = 1;

/** So many calls are listed: a subscription may have no event for hours in which to say them. */
const MOST_LISTED = 1_000;

/** What an operation has cost at one API. */
export interface ApiCost {
  /** Calls that were sent for it, with their retries. */
  calls: number;
  /** Lookups that went along in a call which was sent for others as well. */
  batched: number;
  /** Reads that waited for a call which was already under way for the same. */
  coalesced: number;
  /** Reads and lookups that were answered without a call, out of what was read before. */
  cached: number;
  /** Those of them whose answer was older than it should be. */
  stale: number;
  /** How long calls waited for their turn, in milliseconds, one after the other. */
  waitedMs: number;
}

/** What is known of a request for logs, metrics, traces, the audit and its own answer. None of it is a value. */
export class OperationFacts {
  /** In `performance.now()` milliseconds. */
  readonly startedAt = performance.now();
  /** `x-request-id`, where that may be one, or one of our own. */
  readonly requestId: string;
  /** The trace that it is part of, and the span that it is called from, where its caller says so. */
  readonly traceParent: { traceId: string; spanId: string; traceFlags: number } | undefined;
  readonly #headers: Headers;
  /** Undefined until it has been parsed, as `operation` is. */
  document: DocumentNode | undefined;
  operation: OperationDefinitionNode | undefined;
  /** The codes of its errors, each once. */
  readonly codes = new Set<string>();
  /** By the names of the APIs that it has to do with. */
  readonly costs = new Map<string, ApiCost>();
  /** What its client wants to know of that. */
  costWanted: '1' | 'calls' | 'dry-run' | undefined;
  /** The calls made for it, and whether each counts for it; undefined unless the client asked for them. */
  calls: Map<CallRecord, boolean> | undefined;
  /** The reads that were answered from the cache; as `calls`. */
  cachedReads: ReadRecord[] | undefined;
  /** In the trace that it is part of. */
  span: Span | undefined;
  /** Whether it is a file that a link leads to, and no operation. */
  isFile = false;
  /** Why it was refused, where the status alone does not show it. */
  refusedFor: 'caller_rate' | 'memory' | 'places' | undefined;

  constructor({ headers }: Request) {
    this.#headers = headers;
    const given = headers.get('x-request-id');
    this.requestId = given !== null && REQUEST_ID.test(given) ? given : randomUUID();
    const [, traceId, spanId = '', flags = ''] = TRACE_PARENT.exec(headers.get('traceparent') ?? '') ?? [];
    this.traceParent = traceId ? { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED } : undefined;
  }

  /** To be called before the operation is validated. */
  begin(document: DocumentNode, operationName: string | null | undefined): void {
    this.document = document;
    this.operation = getOperationAST(document, operationName) ?? undefined;
  }

  /** Adds the codes of the errors in its answer, or in a part of it. Only an error for a caller who has left has none. */
  noteErrors(result: ExecutionResult): void {
    for (const { errors = [] } of [result, ...(result.incremental ?? [])]) {
      for (const { extensions } of errors) this.codes.add(String(extensions?.['code'] ?? 'CALLER_LEFT'));
    }
  }

  /** Empty for one without a name; undefined until it is known. */
  get name(): string | undefined {
    return this.operation && (this.operation.name?.value.slice(0, LONGEST_NAME) ?? '');
  }

  /** What its client calls itself. */
  get client(): string | undefined {
    const name = this.#headers.get('apollographql-client-name') || this.#headers.get('x-client-name');
    return name ? utf8In(name).slice(0, LONGEST_NAME) : undefined;
  }

  /** Undefined where nobody traces it. */
  get traceId(): string | undefined {
    const id = this.span?.spanContext().traceId ?? this.traceParent?.traceId;
    return id === INVALID_TRACEID ? undefined : id;
  }

  /** The same for a document whenever it comes, however it is laid out. */
  get hash(): string | undefined {
    return this.document && hashOf(this.document);
  }

  /** What it has cost at an API, to be raised; all zero at first. */
  costAt(api: string): ApiCost {
    let cost = this.costs.get(api);
    if (!cost) {
      cost = { calls: 0, batched: 0, coalesced: 0, cached: 0, stale: 0, waitedMs: 0 };
      this.costs.set(api, cost);
    }
    return cost;
  }

  /** Lists a call, if its client wants to see calls, in place of the oldest one where those are too many. */
  list(call: CallRecord, isOwn: boolean): void {
    const { calls } = this;
    if (!calls) return;
    const [oldest] = calls.keys();
    if (oldest && calls.size >= MOST_LISTED) calls.delete(oldest);
    calls.set(call, isOwn);
  }
}

/** Headers are read as Latin-1, and who has other letters mostly writes UTF-8. */
function utf8In(header: string): string {
  const text = Buffer.from(header, 'latin1').toString();
  return text.includes('\ufffd') ? header : text;
}

const FACTS = Symbol('facts');

/** A map beside the requests would take longer, and keep the garbage collector busy. */
interface Known {
  [FACTS]?: OperationFacts;
}

/** The facts of a request, which begin when they are first asked for. */
export function factsOf(request: Request): OperationFacts {
  const known = request as Known;
  known[FACTS] ??= new OperationFacts(request);
  return known[FACTS];
}

/** The facts of an operation that calls are made for; undefined for background work. */
export function factsOfServed(operation: object | undefined): OperationFacts | undefined {
  return (operation as Known | undefined)?.[FACTS];
}

/** Whether a request's operation is a subscription, once that is known. */
export function isSubscription(request: Request): boolean {
  return factsOf(request).operation?.operation === OperationTypeNode.SUBSCRIPTION;
}

/** Counts an attempt that is sent: for the first operation as a call, for all as waiting, since they joined. */
export function countCall(call: CallRecord): void {
  for (const [index, { operation, since }] of call.serves.entries()) {
    const facts = factsOfServed(operation);
    if (!facts) continue;
    const cost = facts.costAt(call.api);
    if (index === 0) cost.calls += 1;
    cost.waitedMs += Math.max(0, Math.min(call.waitedMs, call.sentAt - since));
    facts.list(call, index === 0);
  }
}

/** Lists a call that has ended for those as well who joined it after it was sent. */
export function noteSharers(call: CallRecord, serves: readonly Served[]): void {
  for (const { operation } of serves) {
    const facts = factsOfServed(operation);
    if (facts?.calls && !facts.calls.has(call)) facts.list(call, false);
  }
}

const COUNTED = {
  joined: 'coalesced',
  batched: 'batched',
  kept: 'cached',
  stale: 'cached',
  missed: undefined,
} as const;

/** Counts what an operation got without a call of its own. */
export function countRead(read: ReadRecord): void {
  const counted = COUNTED[read.from];
  if (!counted) return;
  for (const { operation } of read.serves) {
    const facts = factsOfServed(operation);
    const cost = facts?.costAt(read.api);
    if (!cost) continue;
    cost[counted] += 1;
    if (read.from === 'stale') cost.stale += 1;
    if (counted === 'cached') facts?.cachedReads?.push(read);
  }
}

const hashOf = memoize1((document: DocumentNode): string => hash('sha256', print(document)).slice(0, 16));
