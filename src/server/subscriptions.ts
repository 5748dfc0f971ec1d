import { collectFields, isAsyncIterable } from '@graphql-tools/utils';
import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import { partsOf } from '../execution/document-parts.ts';
import { coercedVariables, NO_VALUES } from '../execution/variables.ts';
import { BadInput } from '../graph/caller-error.ts';
import type { Context } from '../graph/context.ts';
import { identityOf } from './callers.ts';
import type { ServerContext } from './front-door.ts';
import { noPlace, refusal } from './refusal.ts';

/** One caller but a router may have one in so many of all subscriptions. */
const SHARE = 10;

/** When a caller who was refused should come again, in seconds. */
const RETRY_AFTER = 30;

/** Of `Accept`: takes server-sent events. */
const EVENTS = /(?:^|,)\s*(?:\*\/\*|text\/(?:\*|event-stream))\s*(?:[;,]|$)/i;

/** The longest that Node's timers wait, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Executes subscriptions: each event by itself, as a query with a context of its own. A subscription ends, complete,
 * with what it follows, its caller's connection or token, the process (`stopping`), or `endAll`. More than `most` are
 * refused with status 503, and those of one caller beyond its share with 429.
 */
export function openSubscriptions(
  most: number,
  stopping: AbortSignal,
  yoga: () => Pick<YogaServerInstance<ServerContext, Context>, 'getEnveloped'>,
) {
  const open = new Map<Request, { caller: string; ending: AbortController }>();

  function refusedFor(request: Request) {
    const { name, isRouter } = identityOf(request).caller;
    if (stopping.aborted) return noPlace(request, 'places', 'The gateway is about to stop.', RETRY_AFTER);
    if (open.size >= most) return noPlace(request, 'places', 'The gateway has too many subscriptions.', RETRY_AFTER);
    const own = Math.ceil(most / SHARE);
    if (isRouter || open.values().reduce((count, { caller }) => count + Number(caller === name), 0) < own) return;
    return noPlace(request, 'caller_rate', `Expected at most ${own} subscriptions of one caller.`, RETRY_AFTER);
  }

  /** Takes a place until what it returns is aborted or `end` is called. */
  function begin(request: Request): { signal: AbortSignal; end: () => void } {
    const { caller, validUntil } = identityOf(request);
    const ending = new AbortController();
    const { signal } = ending;
    const end = () => ending.abort();
    for (const other of [request.signal, stopping]) other.addEventListener('abort', end, { signal });
    const validMs = Math.max(0, Math.min((validUntil ?? Infinity) - Date.now(), LONGEST_TIMER));
    const timer = validUntil === undefined ? undefined : setTimeout(end, validMs).unref();
    open.set(request, { caller: caller.name, ending });
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      open.delete(request);
    });
    if (request.signal.aborted) end();
    return { signal, end };
  }

  async function subscribe(args: ExecutionArgs): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
    const { request } = args.contextValue as { request: Request };
    const refused = refusedFor(request);
    if (refused) return { errors: [refused] };
    if (!EVENTS.test(request.headers.get('accept') ?? '*/*')) {
      // Yoga would leave it open, for nobody.
      return { errors: [refusal(406, 'BAD_USER_INPUT', 'Expected `Accept: text/event-stream` with a subscription.')] };
    }
    if (!selectsAny(args))
      throw new BadInput('Expected a field of the subscription: `@skip` and `@include` leave none.');
    const { signal, end } = begin(request);
    const source = await createSourceEventStream(args).catch((error) => {
      end();
      throw error;
    });
    if (!isAsyncIterable(source)) {
      end();
      return source as ExecutionResult;
    }
    const answers = answersTo(source, args, signal, end);
    // Whoever leaves ends the wait for the next event: a generator would not hear of it before.
    const left = async () => {
      end();
      return answers.return(undefined);
    };
    return { [Symbol.asyncIterator]: () => ({ next: () => answers.next(), return: left }) };
  }

  async function* answersTo(source: AsyncIterable<unknown>, args: ExecutionArgs, signal: AbortSignal, end: () => void) {
    try {
      for await (const rootValue of source) {
        // Events may be waiting still.
        if (signal.aborted) return;
        const { contextFactory, execute } = yoga().getEnveloped({ ...(args.contextValue as Context & ServerContext) });
        yield (await execute({ ...args, rootValue, contextValue: await contextFactory() })) as ExecutionResult;
      }
    } finally {
      end();
    }
  }

  return {
    subscribe,
    /** How many are open. */
    get size(): number {
      return open.size;
    },
    /** Aborted when the subscription of a request ends. */
    endOf: (request: Request): AbortSignal => open.get(request)?.ending.signal ?? AbortSignal.abort(),
    endAll: () => open.values().forEach(({ ending }) => void ending.abort()),
  };
}

/** Whether there is a root field; variables that are wrong are for the executor to report. */
function selectsAny({ schema, document, operationName, variableValues }: ExecutionArgs): boolean {
  const operation = getOperationAST(document, operationName);
  const root = schema.getSubscriptionType();
  const coerced = operation && coercedVariables(schema, operation, variableValues ?? NO_VALUES);
  if (!operation || !root || !coerced) return true;
  const { fragments } = partsOf(document);
  return collectFields(schema, fragments, { coerced, sources: {} }, root, operation.selectionSet).fields.size > 0;
}
