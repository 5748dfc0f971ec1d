import { ConsecutiveBreaker, CountBreaker } from 'cockatiel';
import type { Api } from '../client/api.ts';
import type { Attempt, AttemptGuard } from '../client/client-options.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import { Circuit } from './circuit.ts';
import { type Outcome, outcomeOf, outcomeOfError } from './outcome.ts';

/**
 * A route is refused when more than half of its last 20 calls failed, and at least 10 were made. Counted by calls and
 * not by time: an account with 150 calls a minute gives most routes fewer than one a second.
 */
const ROUTE_FAILS_AT = { threshold: 0.5, size: 20, minimumNumberOfCalls: 10 };

/** A host is refused after this many refused connections in a row: one of its two addresses may be down for long. */
const HOST_FAILS_AT = 10;

export interface BreakerOptions {
  api: Api;
  /** What the API must have had to answer before its silence counts, in milliseconds. */
  patienceMs: number;
  /** Called when calls begin to be refused, and when they no longer are; without a `route` it is about the host. */
  onChange: (isOpen: boolean, route: string | undefined) => void;
}

/**
 * Leaves a failing host alone: calls are refused at once (`unavailable`, code `BREAKER_OPEN`) instead of failing
 * slowly and taking places in the budget. Each method and route fails alone; only a host to which no connection can be
 * opened, or whose name is not known, is refused as a whole.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #routes = new Map<string, Circuit>();
  readonly #host: Circuit;
  #hasSeenFailure = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
    const counts = new ConsecutiveBreaker(HOST_FAILS_AT);
    this.#host = new Circuit(counts, (isOpen) => options.onChange(isOpen, undefined));
  }

  /** Refuses calls. Outermost, so that a refused one neither waits nor logs in. */
  readonly door: AttemptGuard = (attempt, send) => {
    // Until something fails this costs nothing, not even a promise.
    if (!this.#hasSeenFailure) return send();
    const route = this.#routes.get(keyOf(attempt));
    if (!this.#host.isOpen && !route?.isOpen) return send();
    return this.#probing(attempt, send, [this.#host, ...(route ? [route] : [])]);
  };

  /**
   * Records the outcome of calls. Innermost, so that only calls that were sent count, and only the time that the API
   * had.
   */
  readonly watch: AttemptGuard = async (attempt, send) => {
    const sentAt = performance.now();
    try {
      const reply = await send();
      this.#record(attempt, outcomeOf(reply.status));
      return reply;
    } catch (error) {
      this.#record(attempt, outcomeOfError(error, performance.now() - sentAt, this.#options.patienceMs));
      throw error;
    }
  };

  async #probing<R>(attempt: Attempt, send: () => Promise<R>, circuits: Circuit[]): Promise<R> {
    const refusedMs = Math.max(...circuits.map(({ refusesForMs }) => refusesForMs));
    if (refusedMs > 0) throw this.#refusal(attempt, refusedMs);
    for (const circuit of circuits) circuit.enter(attempt, attempt.deadline);
    try {
      return await send();
    } finally {
      for (const circuit of circuits) circuit.leave(attempt);
    }
  }

  #record(attempt: Attempt, outcome: Outcome | undefined): void {
    const isKnown = attempt.repeats !== undefined && outcome !== 'answered';
    if (outcome === undefined || isKnown || (outcome === 'answered' && !this.#hasSeenFailure)) return;
    this.#hasSeenFailure = true;
    const key = keyOf(attempt);
    switch (outcome) {
      case 'answered':
        this.#host.succeeded(attempt);
        this.#routes.get(key)?.succeeded(attempt);
        return;
      case 'failed':
        this.#host.succeeded(attempt);
        this.#route(key).failed(attempt);
        return;
      case 'silent':
        this.#host.probeFailed(attempt);
        this.#route(key).failed(attempt);
        return;
      case 'unreachable':
        this.#host.failed(attempt);
        this.#routes.get(key)?.probeFailed(attempt);
    }
  }

  #route(key: string): Circuit {
    let circuit = this.#routes.get(key);
    if (!circuit) {
      circuit = new Circuit(new CountBreaker(ROUTE_FAILS_AT), (isOpen) => this.#options.onChange(isOpen, key));
      this.#routes.set(key, circuit);
    }
    return circuit;
  }

  #refusal({ route }: Attempt, ms: number): UpstreamError {
    const { api } = this.#options;
    const retryAfter = Math.ceil(ms / 1000);
    const details = { api: api.name, failure: 'unavailable', route, code: 'BREAKER_OPEN', retryAfter } as const;
    return new UpstreamError(`${api.title} keeps failing, so it is not asked for now.`, details);
  }
}

function keyOf({ method, route }: Attempt): string {
  return `${method} ${route}`;
}
