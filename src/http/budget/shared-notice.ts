import type { RateNotice } from './rate-notice.ts';

/** What a window held when a call began, for what its answer says is left; of the second and the minute. */
export type Marks = readonly [second: number, minute: number];

/**
 * What an answer said about limits, in the words of Redis' script. Without `marks` nobody knows whose calls took what is
 * not left.
 */
export function sharedNotice(notice: RateNotice | undefined, marks: Marks | undefined): (string | number)[] {
  if (notice?.kind === 'pause') return ['pause', Math.ceil(notice.ms)];
  if (notice?.kind === 'crowded') return ['crowded'];
  if (!notice || !marks) return ['none'];
  const { window, remaining, heldMs } = notice;
  const [second, minute] = marks;
  return window === 'second' ? ['left1', remaining, heldMs, second] : ['left2', remaining, heldMs, minute];
}
