import type { Logger } from 'pino';
import type { Degradation } from './graph/upstream-state.ts';
import type { Api } from './http/client/api.ts';
import type { AttemptGuard } from './http/client/flight.ts';
import { UpstreamError } from './http/client/upstream-error.ts';

/** A state that comes and goes has so much time between two of its lines. */
const MINUTE_MS = 60_000;

type State = 'taken' | 'refused' | 'refusedByRoutes';

/**
 * Sees from answers whether an API takes the account's credential: 401 and 403 say no. It is refused as a whole until
 * some route takes it, then by the routes that refused it last; another route that refuses it puts the whole in doubt
 * again. What was said of a replaced credential counts no more: `credential` is the present one.
 */
export function credentialWatch({ name: api, title }: Api, credential: () => string, log: Logger) {
  const refusing = new Set<string>();
  /** What they refused. */
  let refused = '';
  /** Whether some route has taken it since the latest of them began to refuse it. */
  let isTaken = false;
  let said = 'taken';
  const saidAt = new Map<State, number>();

  function see(route: string, status: number): void {
    const isRefused = status === 401 || status === 403;
    if (!isRefused && (status < 200 || status >= 400)) return;
    if (refused !== credential()) refusing.clear();
    if (isRefused) {
      refused = credential();
      if (!refusing.has(route)) isTaken = false;
      refusing.add(route);
    } else {
      isTaken = true;
      refusing.delete(route);
    }
    say(status);
  }

  function say(status: number): void {
    const routes = isTaken ? [...refusing].sort() : [];
    const state = refusing.size === 0 ? 'taken' : isTaken ? 'refusedByRoutes' : 'refused';
    const news = [state, ...routes].join();
    const now = performance.now();
    if (news === said || now - (saidAt.get(state) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return;
    said = news;
    saidAt.set(state, now);
    if (state === 'refused') log.error({ api, status }, `${title} refuses the credential of the gateway`);
    else if (state === 'taken') log.info({ api }, `${title} takes the credential of the gateway again`);
    else log.error({ api, routes }, `${title} takes the credential of the gateway, but not for some routes`);
  }

  /** Stands around each call, and around the log-in that it may need. */
  const guard: AttemptGuard = async ({ method, route }, send) => {
    const sentWith = credential();
    const saw = (status = 0) => {
      if (sentWith === credential()) see(`${method} ${route}`, status);
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

  /** What is amiss. */
  const degradations = (): Degradation[] => {
    if (refusing.size === 0 || refused !== credential()) return [];
    if (!isTaken) return [{ reason: 'credential_refused', api }];
    return [...refusing].map((route) => ({ reason: 'route_refused', api, route }));
  };
  return { guard, degradations };
}
