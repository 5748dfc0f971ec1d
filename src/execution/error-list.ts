import { GraphQLError } from 'graphql';

/** The most errors of one answer. Whoever reads a hundred needs no more to know what is wrong. */
export const MOST_ERRORS = 100;

/** The most about names that the schema does not have: one wrong name may explain all. */
const MOST_UNKNOWN = 4;
const UNKNOWN = /^(?:Cannot query field |Unknown directive )|\bfield "[^"]*" is not defined by type /i;

/** So many are counted where it takes time to find each. */
export const MOST_COUNTED = 1_000;

/** The errors of an answer, as many as it may have, and one more that says how many were left out. */
export class ErrorList {
  readonly #errors: GraphQLError[] = [];
  #unknown = 0;
  #firstLeftOut: GraphQLError | undefined;
  #leftOut = 0;

  add(error: GraphQLError): void {
    const isUnknown = UNKNOWN.test(error.message);
    if (isUnknown) this.#unknown += 1;
    if (this.#errors.length < MOST_ERRORS && !(isUnknown && this.#unknown > MOST_UNKNOWN)) this.#errors.push(error);
    else this.leaveOut(error);
  }

  /** Counts one that is not shown, however few there are. */
  leaveOut(error: GraphQLError): void {
    this.#firstLeftOut ??= error;
    this.#leftOut += 1;
  }

  /** Of all that were added. */
  get size(): number {
    return this.#errors.length + this.#leftOut;
  }

  /** With `isCut` there are more than were added. */
  all(isCut = false): readonly GraphQLError[] {
    if (!this.#firstLeftOut) return this.#errors;
    const isOne = this.#leftOut === 1;
    const message = `${isCut ? 'At least ' : ''}${this.#leftOut} more error${isOne ? ' is' : 's are'} left out.`;
    const summary = new GraphQLError(message, {
      originalError: this.#firstLeftOut,
      extensions: { leftOut: this.#leftOut },
    });
    return [...this.#errors, summary];
  }
}
