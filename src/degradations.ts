import type { Logger } from 'pino';
import type { Api } from './http/client/api.ts';
import type { AttemptGuard } from './http/client/client-options.ts';
import { UpstreamError } from './http/client/upstream-error.ts';

/** What the gateway does without while it goes on; `api` where it concerns one API alone. */
export interface Degradation {
  readonly reason: 'credential_refused' | 'redis_away';
  /** The API's name, such as `HOOD`. */
  readonly api?: string;
}

/** What is amiss just now, for `/ready` and the metrics: none of it is a reason to take the process away. */
export class Degradations {
  readonly #current = new Map<string, Degradation>();

  /** All of them, those that began first in front. */
  get current(): readonly Degradation[] {
    return [...this.#current.values()];
  }

  /** Says that this is amiss, or no more. Returns whether that is news. */
  set(degradation: Degradation, isAmiss: boolean): boolean {
    const key = `${degradation.reason} ${degradation.api}`;
    if (isAmiss === this.#current.has(key)) return false;
    if (isAmiss) this.#current.set(key, degradation);
    else this.#current.delete(key);
    return true;
  }

  /** Sees from the answers to calls whether the API takes the account's credential (401 and 403 say that it does not). */
  credentialWatch({ name: api, title }: Api, log: Logger): AttemptGuard {
    const saw = (status = 0) => {
      const isRefused = status === 401 || status === 403;
      if (!isRefused && (status < 200 || status >= 400)) return;
      if (!this.set({ reason: 'credential_refused', api }, isRefused)) return;
      if (isRefused) log.error({ api, status }, `${title} refuses the credential of the gateway`);
      else log.info({ api }, `${title} takes the credential of the gateway again`);
    };
    return async (_attempt, send) => {
      try {
        const reply = await send();
        saw(reply.status);
        return reply;
      } catch (error) {
        if (error instanceof UpstreamError) saw(error.status);
        throw error;
      }
    };
  }
}
