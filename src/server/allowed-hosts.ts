import type { Logger } from 'pino';
import { isLoopback } from '../config/setting-kinds.ts';

/** Anybody can send ever other names. */
const MAX_REPORTED = 20;

/**
 * Tells whether requests may call the gateway by a name: by those of loopback, by that of `publicUrl`, and by those of
 * `listed`, on any port. A page can give this machine a name of its own and would then read what only this machine may
 * (DNS rebinding). A refused name is logged once: the caller is not told which would do.
 */
export function allowedHosts(publicUrl: string, listed: readonly string[], log: Logger): (host: string) => boolean {
  const names = new Set([new URL(publicUrl).hostname, ...listed]);
  const reported = new Set<string>();
  return (host) => {
    const name = URL.parse(`http://${host}`)?.hostname ?? '';
    if (isLoopback(name) || names.has(name)) return true;
    if (name !== '' && !reported.has(name) && reported.size < MAX_REPORTED) {
      reported.add(name);
      log.warn(`requests to ${name.slice(0, 100)} are refused: ALLOWED_HOSTS would have to list it`);
    }
    return false;
  };
}
