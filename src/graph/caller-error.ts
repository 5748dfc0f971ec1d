/** What a caller did that cannot be answered; the message is one sentence for them, `code` says of which kind. */
export class CallerError extends Error {
  override readonly name: string = 'CallerError';
  readonly code: 'BAD_USER_INPUT' | 'FORBIDDEN' | 'NOT_FOUND' | 'RATE_LIMITED' | 'UNAUTHENTICATED';
  /** Seconds after which the same may be answered. */
  readonly retryAfter: number | undefined;

  constructor(code: CallerError['code'], message: string, retryAfter?: number) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
