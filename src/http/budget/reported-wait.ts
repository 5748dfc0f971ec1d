import type { Priority } from '../client/call-options.ts';

/** What Redis said last about when to ask again. */
export interface ToldWait {
  priority: Priority;
  until: number;
  isForAnswer: boolean;
}

export const NOTHING_TOLD: ToldWait = {
  priority: 'background',
  until: Number.NEGATIVE_INFINITY,
  isForAnswer: false,
};

/** Milliseconds until Redis may be asked again; 0 when it may be asked now. */
export function toldWaitMs({ priority: asked, until }: ToldWait, priority: Priority, now: number): number {
  return asked === priority || asked === 'interactive' ? Math.max(0, until - now) : 0;
}
