import type { Api } from './api.ts';
import type { Reply } from './exchange.ts';
import { UpstreamError } from './upstream-error.ts';

const MAX_REDIRECTS = 3;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The path to go on with; undefined for an answer that sends the caller nowhere else. Throws `badResponse` for a place on another origin (following it would carry the
 * credential, or the ids in the path, to a host that nobody configured) and after three redirects.
 */
export function redirectPath(
  api: Api,
  origin: string,
  { route, path }: { route: string; path: string },
  { status, headers }: Reply,
  redirects: number,
): string | undefined {
  if (!REDIRECTS.has(status)) return undefined;
  const refuse = (why: string) =>
    new UpstreamError(`${api.title} ${why}.`, { api: api.name, failure: 'badResponse', route, status });
  if (redirects === MAX_REDIRECTS) throw refuse(`redirected more than ${MAX_REDIRECTS} times`);
  const location = headers['location'];
  const target = typeof location === 'string' ? URL.parse(location, origin + path) : null;
  if (target?.origin !== origin) throw refuse('redirected to a place that is not its own');
  return target.pathname + target.search;
}
