import { GraphQLError } from 'graphql';

/** The most errors of one answer. Whoever reads a hundred needs no more to know what is wrong. */
const MOST_ERRORS = 100;

/** The errors of an answer, as many as it may have, and one more that says how many were left out. */
export class ErrorList {
  readonly #errors: GraphQLError[] = [];
  #firstLeftOut: GraphQLError | undefined;
  #leftOut = 0;

  add(error: GraphQLError): void {
    if (this.#errors.length < MOST_ERRORS) this.#errors.push(error);
    else {
      this.#firstLeftOut ??= error;
      this.#leftOut += 1;
    }
  }

  get all(): readonly GraphQLError[] {
    if (!this.#firstLeftOut) return this.#errors;
    const summary = new GraphQLError(`${this.#leftOut} more errors are left out.`, {
      originalError: this.#firstLeftOut,
      extensions: { leftOut: this.#leftOut },
    });
    return [...this.#errors, summary];
  }
}

/** The same of errors that are all there. */
export function withoutTooMany(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  if (errors.length <= MOST_ERRORS) return errors;
  const list = new ErrorList();
  for (const error of errors) list.add(error);
  return list.all;
}
