import { hash } from 'node:crypto';
import type { Projection } from './projection.ts';

/** An answer as it was read, and how much of it. */
export interface StoredAnswer {
  readonly value: unknown;
  readonly projection: Projection;
  /** When it came, in milliseconds of the wall clock as it stood when the process began: a clock that never steps. */
  readonly readAt: number;
  /** What its tags stood at when it was asked for. */
  readonly marks: readonly string[];
}

const LONGEST_NAME = 500;

/** A name that is short however long its text is, and another one for any other text. */
export function briefName(text: string): string {
  return text.length > LONGEST_NAME ? hash('sha256', text, 'base64url') : text;
}

/** What a tag stands at while what it names is settling: nothing that was read then is used again. */
export const SETTLING = 'settling';

/** What a store has under a name, and what tags stand at now: an answer whose marks differ from them is void. */
export interface Stored {
  readonly answer: StoredAnswer | undefined;
  readonly marks: readonly string[];
}

/**
 * Where answers are kept: in this process, or where all replicas find them. Nothing here fails: a store that cannot be
 * reached has nothing.
 */
export interface AnswerStore {
  /** `tags` are those of the name, always the same ones in the same order. */
  read(name: string, tags: readonly string[]): Stored | Promise<Stored>;
  /** Keeps an answer for `lifeMs` at most; `length` is about how many characters it has. */
  write(name: string, answer: StoredAnswer, lifeMs: number, length: number): void;
  /**
   * Voids everything that was asked for before, and for the next `ms` milliseconds: what the tags name changes at some
   * time within them. Resolves when all replicas know.
   */
  forget(tags: readonly string[], ms?: number): Promise<void> | void;
}
