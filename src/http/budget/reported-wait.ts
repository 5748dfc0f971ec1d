import type { Priority } from '../client/call-options.ts';

/** What Redis said last about when to ask again. */
export interface ReportedWait {
  priority: Priority;
  until: number;
  isForAnswer: boolean;
}

export const NOTHING_REPORTED: ReportedWait = {
  priority: 'background',
  until: Number.NEGATIVE_INFINITY,
  isForAnswer: false,
};

/** Milliseconds until Redis may be asked again; 0 when it may be asked now. */
export function reportedWaitMs({ priority: asked, until }: ReportedWait, priority: Priority, now: number): number {
  return asked === priority || asked === 'interactive' ? Math.max(0, until - now) : 0;
}
