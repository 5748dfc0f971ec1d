import type { Config } from './config.ts';
import { inUrl } from './setting-kinds.ts';

/** `PUBLIC_URL`, or else where it listens. An address that stands for all of this machine's is no place to go to. */
export function publicUrlOf({ PUBLIC_URL, HOST, PORT }: Pick<Config, 'PUBLIC_URL' | 'HOST' | 'PORT'>): string {
  if (PUBLIC_URL !== undefined) return PUBLIC_URL;
  const name = /^(?:0\.0\.0\.0|::)$/.test(HOST) ? 'localhost' : HOST;
  return `http://${inUrl(name)}:${PORT}`;
}
