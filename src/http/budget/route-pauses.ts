import type { Api } from '../client/api.ts';
import type { AttemptGuard } from '../client/client-options.ts';
import type { Clock } from '../client/clock.ts';
import { tooLate } from '../client/upstream-error.ts';
import { rateNotice, SHORT_PAUSE_MS } from './rate-notice.ts';

/**
 * Remembers a 429 where no budget does, as the account's limits are not known: until its `Retry-After` is over, further
 * calls of the same method and route wait, and those whose deadline is earlier are refused unsent (`rateLimited`). Other
 * routes go on, as nothing says that the limit is the account's.
 */
export function routePauses(api: Api, clock: Clock): AttemptGuard {
  const pausedUntil = new Map<string, number>();
  return async (attempt, send) => {
    const name = `${attempt.method} ${attempt.route}`;
    for (;;) {
      const ms = (pausedUntil.get(name) ?? 0) - clock.now();
      if (ms <= 0) break;
      if (clock.now() + ms > attempt.deadline) throw tooLate(api, attempt.route, Math.ceil(ms / 1000));
      await sleep(ms, clock, attempt.signal);
    }
    const reply = await send();
    const notice = rateNotice(reply);
    if (notice && notice.kind !== 'left') {
      const ms = notice.kind === 'pause' ? notice.ms : SHORT_PAUSE_MS;
      pausedUntil.set(name, Math.max(pausedUntil.get(name) ?? 0, clock.now() + ms));
    }
    return reply;
  };
}

/** Rejects with the signal's reason as soon as the caller leaves. */
async function sleep(ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  const over = Promise.withResolvers<void>();
  const leave = () => over.reject(signal?.reason);
  const stopTimer = clock.after(Math.ceil(ms), over.resolve);
  signal?.addEventListener('abort', leave);
  if (signal?.aborted) leave();
  try {
    await over.promise;
  } finally {
    stopTimer();
    signal?.removeEventListener('abort', leave);
  }
}
