import { BadInput } from '../graph/bad-input.ts';
import { duration } from '../setting-kinds.ts';

/**
 * When an operation must be answered, in `performance.now()` milliseconds: `limitMs` from now, or sooner where
 * the header `x-request-deadline` (`500ms`, `4s`) says so. Throws `BadInput` for a header that is no duration.
 */
export function deadlineOf(request: Request, limitMs: number): number {
  const header = request.headers.get('x-request-deadline');
  if (header === null) return performance.now() + limitMs;
  const parsed = duration.safeParse(header);
  if (!parsed.success) {
    throw new BadInput('Expected a duration such as 500ms or 4s in the header x-request-deadline.');
  }
  return performance.now() + Math.min(parsed.data, limitMs);
}
