import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { covers, lengthOf, type Projection } from './projection.ts';

/** What is looked for: one question to an API, and how much of its answer. */
export interface CachedRead {
  /** What makes two questions the same, whatever is asked of their rows. */
  readonly question: string;
  readonly projection: Projection;
  /** Decides for how long its answer counts. */
  readonly resource: string;
  /** What a write names when it changes the answer. */
  readonly tags: readonly string[];
}

/** An answer out of the cache. A stale one may be used while it is read anew, a kept one only if that fails. */
export interface Cached {
  readonly value: unknown;
  readonly age: 'fresh' | 'stale' | 'kept';
  /** In milliseconds of the wall clock. */
  readonly readAt: number;
}

/** What the cache knows of a question. */
export interface Known {
  readonly cached: Cached | undefined;
  /** To be given back with the answer that is read now. */
  readonly marks: readonly string[];
}

/** An answer as it was read, and how much of it. */
export interface StoredAnswer {
  readonly value: unknown;
  readonly projection: Projection;
  /** When it came, in milliseconds of the wall clock as it stood when the process began: a clock that never steps. */
  readonly readAt: number;
  /** What its tags stood at when it was asked for. */
  readonly marks: readonly string[];
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

/** Answers are stale until they are this many times their fresh life old. */
const STALE = 2;

/** How long an answer stands in for an API that fails: this many times its fresh life, within these bounds in ms. */
const KEPT = 60;
const LEAST_KEPT_MS = 60_000;
const MOST_KEPT_MS = 60 * 60_000;

/** Screens that want different things of the same rows each have their own answer, the last so many of them. */
const MOST_PROJECTIONS = 4;

/**
 * For how many questions it is known which projections were kept, in characters, and what each projection adds to
 * them. Of other questions only the very one that is asked for is found.
 */
const MOST_QUESTIONS = 2_000_000;
const PROJECTION_SIZE = 200;

/** What was read from one API with one credential: nobody with another ever sees it. */
export class AnswerCache {
  readonly #store: AnswerStore;
  readonly #freshMs: Readonly<Record<string, number>>;
  /** By question, the latest first. */
  readonly #projections = new LRUCache<string, readonly Projection[]>({
    maxSize: MOST_QUESTIONS,
    sizeCalculation: (projections, question) =>
      projections.reduce((sum, each) => sum + PROJECTION_SIZE + lengthOf(each), question.length),
  });

  /** `freshMs` is for how long answers of each resource count; one that is missing or 0 is never kept. */
  constructor(store: AnswerStore, freshMs: Readonly<Record<string, number>>) {
    this.#store = store;
    this.#freshMs = freshMs;
  }

  /** Without a promise where the store has none. */
  find(read: CachedRead): Known | Promise<Known> {
    const stored = this.#store.read(this.#nameFor(read), read.tags);
    return stored instanceof Promise ? stored.then((found) => this.#known(found, read)) : this.#known(stored, read);
  }

  /** Keeps an answer; `marks` are those that `find` gave before it was asked for. */
  keep(read: CachedRead, value: unknown, marks: readonly string[], length: number): void {
    const freshMs = this.#freshMs[read.resource] ?? 0;
    if (freshMs === 0 || marks.includes(SETTLING)) return;
    const answer = { value, projection: read.projection, readAt: steadyNow(), marks };
    this.#store.write(nameOf(read.question, read.projection), answer, keptMs(freshMs), length);
    const question = briefName(read.question);
    const others = this.#projections.get(question)?.filter((other) => !covers(read.projection, other));
    this.#projections.set(question, [read.projection, ...(others ?? [])].slice(0, MOST_PROJECTIONS));
  }

  /** After a write: what was read before it counts no longer. Until it is carried out, within `ms`, nothing is kept. */
  forget(tags: readonly string[], ms = 0): Promise<void> | void {
    return this.#store.forget(tags, ms);
  }

  /** Where the latest answer lies that has all that is asked for. */
  #nameFor({ question, projection }: CachedRead): string {
    const kept = this.#projections.get(briefName(question))?.find((other) => covers(other, projection));
    return nameOf(question, kept ?? projection);
  }

  #known({ answer, marks }: Stored, { projection, resource }: CachedRead): Known {
    const isUsable =
      answer !== undefined &&
      covers(answer.projection, projection) &&
      marks.every((mark, index) => mark !== SETTLING && mark === answer.marks[index]);
    if (!isUsable) return { cached: undefined, marks };
    const freshMs = this.#freshMs[resource] ?? 0;
    // What was read in the future, by the clock of another replica, counts no longer than what was read in the past.
    const ageMs = Math.abs(steadyNow() - answer.readAt);
    const age = ageMs < freshMs ? 'fresh' : ageMs < STALE * freshMs ? 'stale' : 'kept';
    return { cached: { value: answer.value, age, readAt: answer.readAt }, marks };
  }
}

/** Milliseconds since 1970 that pass evenly, whatever is done to the wall clock meanwhile. */
function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

function nameOf(question: string, projection: Projection): string {
  return briefName(`${question} ${JSON.stringify(projection)}`);
}

function keptMs(freshMs: number): number {
  return Math.max(freshMs, Math.min(MOST_KEPT_MS, Math.max(LEAST_KEPT_MS, KEPT * freshMs)));
}

const LONGEST_NAME = 500;

/** A name that is short however long its text is, and another one for any other text. */
export function briefName(text: string): string {
  return text.length > LONGEST_NAME ? hash('sha256', text, 'base64url') : text;
}
