import { duration } from '../config/setting-kinds.ts';
import { BadInput } from '../graph/caller-error.ts';

/** How long an operation may take: `limitMs`, or less by `x-request-deadline`. Undefined if that is no duration. */
export function patienceOf(request: Request, limitMs: number): number | undefined {
  const header = request.headers.get('x-request-deadline');
  if (header === null) return limitMs;
  const parsed = duration.safeParse(header);
  return parsed.success ? Math.min(parsed.data, limitMs) : undefined;
}

/** When it must be answered, in `performance.now()` milliseconds. Throws `BadInput` for a header that is no duration. */
export function deadlineOf(request: Request, limitMs: number): number {
  const patience = patienceOf(request, limitMs);
  if (patience !== undefined) return performance.now() + patience;
  throw new BadInput('Expected a duration such as 500ms or 4s in the header x-request-deadline.');
}

/** Whether a client wants nothing that was read before (`Cache-Control: no-cache` or `no-store`, RFC 9111). */
export function mustRevalidate(request: Request): boolean {
  const header = request.headers.get('cache-control');
  return header !== null && /(?:^|,)\s*no-(?:cache|store)\s*(?:,|$)/i.test(header);
}
