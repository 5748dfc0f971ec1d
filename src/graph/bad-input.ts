import { CallerError } from './caller-error.ts';

/** What a caller sent is not what was asked for; the message is one sentence that says what was expected. */
export class BadInput extends CallerError {
  override readonly name = 'BadInput';

  constructor(message: string) {
    super('BAD_USER_INPUT', message);
  }
}
