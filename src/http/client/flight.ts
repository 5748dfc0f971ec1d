import type { Dispatcher } from 'undici';
import { type CallDeadline, LONGEST_TIMER_MS } from './call-deadline.ts';
import type { CallOptions, Priority, Repetition, Served } from './call-options.ts';
import { type JsonCall, questionOf, type ReadCall, type WriteCall } from './calls.ts';
import type { AnswerHead } from './exchange.ts';
import type { WriteOutcome } from './upstream-error.ts';

/** Why a call waited before it was sent: for its place in the limits, a `Retry-After`, a log-in or other calls. */
export type WaitReason = 'limit' | 'retryAfter' | 'login' | 'otherCalls';

/** What guards may know of an attempt: nothing personal or secret. Every retry and redirect is another attempt. */
export interface Attempt extends CallDeadline, Pick<CallOptions, 'caller' | 'operation' | 'onJoin'> {
  readonly method: string;
  readonly route: string;
  readonly priority: Priority;
  /** All that it is made for. */
  readonly serves?: () => readonly Served[];
  /** Added to by whatever makes it wait. */
  readonly waitedFor?: WaitReason[];
  /** Names what it asks by a hash; an attempt without it is a question of its own. */
  readonly question?: (() => string) | undefined;
  /** Set where its failure says nothing new about the API. */
  readonly repeats?: Repetition | undefined;
}

/**
 * Stands around every attempt. It may wait before `send`, refuse by throwing an `UpstreamError`, send again, and look
 * at what came: `send` resolves for any status, and rejects with an `UpstreamError` or with the signal's reason.
 */
export type AttemptGuard = <R extends AnswerHead>(attempt: Attempt, send: () => Promise<R>) => Promise<R>;

/** A call under way. */
export interface Flight extends Attempt, Pick<AnyCall, 'body' | 'form' | 'isOwnCredential' | 'keys'> {
  readonly serves: () => readonly Served[];
  readonly waitedFor: WaitReason[];
  readonly method: Dispatcher.HttpMethod;
  /** Whether its answer is read while it comes. */
  readonly isStream: boolean;
  /** Where the next attempt goes, empty until the first has its turn; a redirect moves it. */
  path: string;
  /** What the last attempt sent. */
  headers: Record<string, string>;
  /** Whether the API itself named that path. */
  isGiven: boolean;
  /** The call as it was asked for. Dropped in the end: connections remember their last flight for a while, and all that it holds. */
  call: JsonCall | undefined;
  /** In `performance.now()` milliseconds. */
  readonly startedAt: number;
  attempts: number;
  /** When the last attempt was sent, in milliseconds of the wall clock. */
  sentAt: number;
  /** What became of it at the API, as far as is known; of use where it fails. */
  outcome: WriteOutcome;
}

/** Any call, as its source describes it. */
type AnyCall = JsonCall & Pick<ReadCall, 'repeats'> & Pick<WriteCall, 'body' | 'form' | 'isOwnCredential'>;

/** Begins a call; without a deadline of its own it has `timeoutMs`, and one with files as long as it takes. */
export function beginFlight(call: AnyCall, method: Flight['method'], timeoutMs: number, isStream = false): Flight {
  const { route, form, isOwnCredential, repeats, keys, isGiven = false } = call;
  const { signal, caller, operation, onJoin, priority = 'interactive', serves } = call.options ?? {};
  const body = form?.fields ?? call.body;
  const startedAt = performance.now();
  const own = [{ operation, since: startedAt }];
  const latest = startedAt + (form?.files ? LONGEST_TIMER_MS : timeoutMs);
  const flight: Flight = Object.assign(new Timed(call, latest, form?.files !== undefined), {
    ...{ route, method, body, form, isOwnCredential, isStream, repeats, keys, isGiven },
    ...{ signal, caller, operation, onJoin, priority, startedAt },
    path: '',
    question: () => questionOf(method, flight.path, body),
    headers: {},
    serves: serves ?? (() => own),
    waitedFor: [],
    attempts: 0,
    sentAt: Date.now(),
    outcome: 'NOT_SENT' as const,
  });
  return flight;
}

/** A class, as with a getter of its own every flight would have a shape of its own, which all that read it would meet anew. */
class Timed {
  call: JsonCall | undefined;
  readonly #latest: number;
  readonly #hasFiles: boolean;

  constructor(call: JsonCall, latest: number, hasFiles: boolean) {
    this.call = call;
    this.#latest = latest;
    this.#hasFiles = hasFiles;
  }

  get deadline(): number {
    return this.#hasFiles ? this.#latest : (this.call?.options?.deadline ?? this.#latest);
  }
}
