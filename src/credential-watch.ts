import type { Logger } from 'pino';
import type { Degradation } from './degradations.ts';
import type { Api } from './http/client/api.ts';
import type { AttemptGuard } from './http/client/client-options.ts';
import { UpstreamError } from './http/client/upstream-error.ts';

/** A state that comes and goes has so much time between two of its lines. */
const MINUTE_MS = 60_000;

type State = 'taken' | 'refused' | 'refusedByRoutes';

/**
 * Sees from the answers to calls whether an API takes the account's credential; 401 and 403 say that it does not. It is
 * refused as a whole until some route takes it, and from then on only by the routes that refused it when they were last
 * called. Another route that begins to refuse it puts the whole in doubt again. What was said of a credential that has
 * been replaced counts no more.
 */
export class CredentialWatch {
  readonly #api: Api;
  readonly #credential: () => string;
  readonly #log: Logger;
  readonly #refusing = new Set<string>();
  /** What they refused. */
  #refused = '';
  /** Whether some route has taken it since the latest of them began to refuse it. */
  #isTaken = false;
  #said = 'taken';
  readonly #saidAt = new Map<State, number>();

  /** `credential` is what calls are sent with now. */
  constructor(api: Api, credential: () => string, log: Logger) {
    this.#api = api;
    this.#credential = credential;
    this.#log = log;
  }

  /** What is amiss, for `Degradations`. */
  get current(): Degradation[] {
    const { name: api } = this.#api;
    if (this.#refusing.size === 0 || this.#refused !== this.#credential()) return [];
    if (!this.#isTaken) return [{ reason: 'credential_refused', api }];
    return [...this.#refusing].map((route) => ({ reason: 'route_refused', api, route }));
  }

  /** Stands around each call, and around the log-in that it may need. */
  readonly guard: AttemptGuard = async ({ method, route }, send) => {
    const sentWith = this.#credential();
    const saw = (status = 0) => {
      if (sentWith === this.#credential()) this.#saw(`${method} ${route}`, status);
    };
    try {
      const reply = await send();
      saw(reply.status);
      return reply;
    } catch (error) {
      if (error instanceof UpstreamError) saw(error.status);
      throw error;
    }
  };

  #saw(route: string, status: number): void {
    const isRefused = status === 401 || status === 403;
    if (!isRefused && (status < 200 || status >= 400)) return;
    if (this.#refused !== this.#credential()) this.#refusing.clear();
    if (isRefused) {
      this.#refused = this.#credential();
      if (!this.#refusing.has(route)) this.#isTaken = false;
      this.#refusing.add(route);
    } else {
      this.#isTaken = true;
      this.#refusing.delete(route);
    }
    this.#say(status);
  }

  #say(status: number): void {
    const { name: api, title } = this.#api;
    const routes = this.#isTaken ? [...this.#refusing].sort() : [];
    const state = this.#refusing.size === 0 ? 'taken' : this.#isTaken ? 'refusedByRoutes' : 'refused';
    const news = [state, ...routes].join();
    const now = performance.now();
    if (news === this.#said || now - (this.#saidAt.get(state) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return;
    this.#said = news;
    this.#saidAt.set(state, now);
    if (state === 'refused') this.#log.error({ api, status }, `${title} refuses the credential of the gateway`);
    else if (state === 'taken') this.#log.info({ api }, `${title} takes the credential of the gateway again`);
    else this.#log.error({ api, routes }, `${title} takes the credential of the gateway, but not for some routes`);
  }
}
