import type { AccountLimits } from './account-limits.ts';
import { type RateNotice, toldWindow } from './rate-notice.ts';

/** What a window held when a call began, for what its answer says is left; of the second and the minute. */
export type Marks = readonly [second: number, minute: number];

/** What an answer said about limits, in the script's words. */
export type SharedNotice =
  | readonly ['none']
  | readonly ['crowded']
  | readonly ['pause', ms: number]
  | readonly [window: 'left1' | 'left2', remaining: number, heldMs: number, mark: number];

/** Without `marks` nobody knows whose calls took what is not left. */
export function sharedNotice(
  notice: RateNotice | undefined,
  limits: AccountLimits,
  marks: Marks | undefined,
): SharedNotice {
  if (notice?.kind === 'pause') return ['pause', Math.ceil(notice.ms)];
  if (notice?.kind === 'crowded') return ['crowded'];
  if (!notice || !marks) return ['none'];
  const { window, remaining, heldMs } = toldWindow(notice, limits);
  const [second, minute] = marks;
  return window === 'second' ? ['left1', remaining, heldMs, second] : ['left2', remaining, heldMs, minute];
}
