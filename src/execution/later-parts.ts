import { setImmediate } from 'node:timers/promises';
import type { ExecutionResult } from '@graphql-tools/utils';
import { type GraphQLError, responsePathAsArray } from 'graphql';
import type { Allowance } from './allowance.ts';
import { ErrorList } from './error-list.ts';
import { isBelowNull, note } from './fields.ts';
import type { Later, MaybePromise, PartsToCome, Run } from './planned-field.ts';

/** A part that is complete, and what to say when it has gone out. */
interface ReadyPart {
  part: object;
  goneOut: () => void;
}

/** What of one answer comes after the rest: fragments with `@defer`, and rows of lists with `@stream`. */
export class LaterParts implements PartsToCome {
  readonly #allowance: Allowance;
  #underWay = 0;
  readonly #ready: ReadyPart[] = [];
  #wake = () => {};
  readonly #first = Promise.withResolvers<boolean>();

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  get areAny(): boolean {
    return this.#underWay > 0;
  }

  begin(owner: Run, later: Later, make: (run: Run) => MaybePromise<unknown>): Run {
    this.#underWay += 1;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const run: Run = { ...owner, errors: new ErrorList(), nulled: new Set(), isOut: promise };
    void this.#deliver(owner, run, later, make, resolve);
    return run;
  }

  async expect(beginning: Promise<void>): Promise<void> {
    this.#underWay += 1;
    await beginning;
    this.#underWay -= 1;
    this.#wake();
  }

  /** The whole answer, its first part first. */
  async *all(first: ExecutionResult): AsyncGenerator<ExecutionResult> {
    this.#allowance.onOver = () => this.#wake();
    yield { ...first, hasNext: true };
    this.#first.resolve(true);
    for (let hasNext = true; hasNext; ) {
      while (this.#ready.length === 0 && this.#underWay > 0 && !this.#allowance.over) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        // What is complete at one moment goes out together.
        await setImmediate();
      }
      const { over } = this.#allowance;
      if (over) return yield { errors: [over], hasNext: false };
      const ready = this.#ready.splice(0);
      this.#underWay -= ready.length;
      hasNext = this.#underWay > 0;
      const incremental = ready.map(({ part }) => part);
      yield { ...(incremental.length > 0 && { incremental }), hasNext } as ExecutionResult;
      for (const { goneOut } of ready) goneOut();
    }
  }

  async #deliver(
    owner: Run,
    run: Run,
    { path, label, brings }: Later,
    make: (run: Run) => MaybePromise<unknown>,
    settle: (isOut: boolean) => void,
  ): Promise<void> {
    let made: unknown = null;
    try {
      made = await make(run);
    } catch (error) {
      // It is located already.
      note(run, error as GraphQLError, undefined);
    }
    if ((await (owner.isOut ?? this.#first.promise)) && !isBelowNull(owner, path)) {
      const errors = run.errors.all();
      const part = { [brings]: made, path: responsePathAsArray(path), label, ...(errors.length > 0 && { errors }) };
      this.#ready.push({ part, goneOut: () => settle(true) });
    } else {
      this.#underWay -= 1;
      settle(false);
    }
    this.#wake();
  }
}
