import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../client/api.ts';
import type { AttemptGuard } from '../client/client-options.ts';
import { tooLate } from '../client/upstream-error.ts';
import { rateNotice, SHORT_PAUSE_MS } from './rate-notice.ts';

/**
 * Remembers a 429 where no budget does, as the account's limits are not known: until its `Retry-After` is over, further
 * calls of the same method and route wait, and those whose deadline is earlier are refused unsent (`rateLimited`). Other
 * routes go on, as nothing says that the limit is the account's.
 */
export function routePauses(api: Api): AttemptGuard {
  const pausedUntil = new Map<string, number>();
  return async (attempt, send) => {
    const name = `${attempt.method} ${attempt.route}`;
    for (;;) {
      const ms = (pausedUntil.get(name) ?? 0) - performance.now();
      if (ms <= 0) break;
      if (performance.now() + ms > attempt.deadline) throw tooLate(api, attempt.route, Math.ceil(ms / 1000));
      await sleep(Math.ceil(ms), undefined, { signal: attempt.signal }).catch(() => attempt.signal?.throwIfAborted());
    }
    const reply = await send();
    const notice = rateNotice(reply);
    if (notice && notice.kind !== 'left') {
      const ms = notice.kind === 'pause' ? notice.ms : SHORT_PAUSE_MS;
      pausedUntil.set(name, Math.max(pausedUntil.get(name) ?? 0, performance.now() + ms));
    }
    return reply;
  };
}
