/** Every value of `extensions.code`, in the order of the table that explains them. */
export const ERROR_CODES = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'PERSISTED_QUERY_NOT_FOUND',
  'UPSTREAM_REJECTED',
  'RATE_LIMITED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BAD_RESPONSE',
  'OPERATION_TOO_COSTLY',
  'INTERNAL_SERVER_ERROR',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a caller did that cannot be answered; the message is one sentence for them, `code` says of which kind. */
export class CallerError extends Error {
  override readonly name: string = 'CallerError';
  readonly code: ErrorCode;
  /** What else the error says for programs, beside its code. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: CallerError['details'] = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

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
