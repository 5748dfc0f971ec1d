import type { Api } from '../client/api.ts';
import type { Attempt, AttemptGuard } from '../client/flight.ts';
import { BODY_CUT, hasFailed, NOT_JSON, SAID_FAILED } from '../client/response.ts';
import { CUT, UNREACHABLE } from '../client/transport-failure.ts';
import { notAsked, UpstreamError } from '../client/upstream-error.ts';
import { Circuit, type OnChange } from './circuit.ts';

/** What an attempt has shown of the API. */
type Outcome =
  /** It works, even if it refused the request. */
  | 'answered'
  /** It took the call, and failed or gave no whole answer. */
  | 'failed'
  /** No connection could be opened. */
  | 'unreachable';

/** A proxy's page instead of JSON is no answer of the API's. JSON that is complete but wrong may be one row's fault. */
const FAILED = new Set([
  ...CUT,
  BODY_CUT,
  NOT_JSON,
  SAID_FAILED,
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** Stands for the host where others are named by their method and route. */
const HOST = '';

export interface BreakerOptions {
  api: Api;
  /** What the API must have had to answer before its silence counts, in milliseconds. */
  patienceMs: number;
  onChange: OnChange;
}

/**
 * Leaves a failing host alone: calls are refused at once (`unavailable`, code `BREAKER_OPEN`) instead of failing
 * slowly and taking places in the budget. Each method and route fails alone, after ten failures of different questions
 * without a success between them, and first for those who asked them; a host as a whole after ten connections that could
 * not be opened. Once a second a call is let through. No question does that for its route which failed while the route
 * answered others.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  /** Of each method and route, and of the host as `''`, on which anything has failed. */
  readonly #circuits = new Map<string, Circuit>();

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Each method and route on which anything has failed, and the host as `''`, with whether it is left alone now. */
  get circuits(): [route: string, isOpen: boolean][] {
    const known = new Map([...this.#circuits].map(([key, { isOpen }]) => [key, isOpen]));
    return [...known.set(HOST, known.get(HOST) ?? false)];
  }

  /** Refuses calls. Outermost, so that a refused one neither waits nor logs in. */
  readonly door: AttemptGuard = (attempt, send) => {
    // Whoever is let through to find out about the host finds out about its route, too.
    const host = this.#circuits.get(HOST);
    const isAdmitted = host?.isOpen
      ? host.admits(true)
      : this.#circuits.get(keyOf(attempt))?.admits(attempt.repeats !== 'offender', attempt.caller);
    if (isAdmitted !== false) return send();
    const { api } = this.#options;
    const message = `${api.title} keeps failing, so it is not asked for now.`;
    return Promise.reject(notAsked(api, attempt.route, 'BREAKER_OPEN', message, 1));
  };

  /**
   * Records the outcome of calls. Innermost, so that only calls that were sent count, and only the time that the API
   * had.
   */
  readonly watch: AttemptGuard = async (attempt, send) => {
    const sentAt = performance.now();
    try {
      const reply = await send();
      this.#record(attempt, outcomeOf(reply.status), `status ${reply.status}`);
      return reply;
    } catch (error) {
      const outcome = outcomeOfError(error, performance.now() - sentAt, this.#options.patienceMs);
      if (outcome && error instanceof UpstreamError) {
        error.isApiFailure = true;
        this.#record(attempt, outcome, error.code ?? error.failure);
      }
      throw error;
    }
  };

  #record(attempt: Attempt, outcome: Outcome | undefined, kind: string): void {
    const { repeats, caller } = attempt;
    const key = keyOf(attempt);
    // A part of a call that failed, and a question that is itself at fault, say nothing new.
    const isKnown = repeats === 'part' || repeats === 'offender';
    if (outcome === 'unreachable') this.#failing(HOST).failed({}, kind);
    else if (outcome) this.#circuits.get(HOST)?.succeeded();
    if (outcome === 'answered') this.#circuits.get(key)?.succeeded();
    if (outcome === 'failed' && !isKnown) this.#failing(key).failed(attempt.question?.() ?? {}, kind, caller);
  }

  #failing(key: string): Circuit {
    const circuit = this.#circuits.get(key) ?? new Circuit(this.#options.onChange, key || undefined);
    this.#circuits.set(key, circuit);
    return circuit;
  }
}

function keyOf({ method, route }: Attempt): string {
  return `${method} ${route}`;
}

/** The outcome of an answer with this status; undefined for a 429, which is about the account. */
function outcomeOf(status: number): Outcome | undefined {
  if (status === 429) return undefined;
  return hasFailed(status) ? 'failed' : 'answered';
}

/**
 * The outcome of an attempt without a usable answer; undefined if that is not the API's fault, because its caller left
 * or had less than `patienceMs` for it.
 */
function outcomeOfError(error: unknown, tookMs: number, patienceMs: number): Outcome | undefined {
  if (!(error instanceof UpstreamError)) return undefined;
  const { code = '', failure } = error;
  if (UNREACHABLE.has(code)) return 'unreachable';
  // The parser has a name for every way in which an answer is not HTTP.
  if (FAILED.has(code) || code.startsWith('HPE_')) return 'failed';
  const isSilent = failure === 'timeout' && code !== 'NO_CONNECTION_IN_TIME' && tookMs >= patienceMs;
  return isSilent ? 'failed' : undefined;
}
