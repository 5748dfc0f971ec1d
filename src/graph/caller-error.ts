/** What a caller did that cannot be answered; the message is one sentence for them, `code` says of which kind. */
export class CallerError extends Error {
  override readonly name: string = 'CallerError';
  readonly code:
    | 'BAD_USER_INPUT'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'OPERATION_TOO_COSTLY'
    | 'RATE_LIMITED'
    | 'UNAUTHENTICATED'
    | 'UPSTREAM_TIMEOUT';
  /** What else the error says for programs, beside its code. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: CallerError['code'], message: string, details: CallerError['details'] = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
