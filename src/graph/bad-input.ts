import { CallerError } from './caller-error.ts';

/** What a caller sent is not what was asked for; the message is one sentence that says what was expected. */
export class BadInput extends CallerError {
  override readonly name = 'BadInput';

  constructor(message: string) {
    super('BAD_USER_INPUT', message);
  }
}

/** A filter that has values only. Throws `BadInput` for one with null where it needs a value. */
export function withoutNulls<Filter extends object>(
  filter: Filter,
): { [Name in keyof Filter]: Exclude<Filter[Name], null> } {
  if (!Object.values(filter).includes(null)) return filter as never;
  throw new BadInput('Expected values in "filter", not null: leave out what does not matter.');
}
