import { FailedQuestion } from '../../http/breaker/failed-question.ts';
import { beforeDeadline, TransportError } from '../../http/client/call-deadline.ts';
import type { JsonClientOptions } from '../../http/client/client-options.ts';
import type { Attempt, AttemptGuard } from '../../http/client/flight.ts';
import type { JsonClient } from '../../http/client/json-client.ts';
import { template } from '../../http/client/path.ts';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import { flagIn, textOf } from '../exact-values.ts';

const ROUTE = template('/api/login');

/** The longest `Retry-After` that is believed, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;

/** A 403 for a token that is older says that the token has ended, perhaps; otherwise it is about the call. In milliseconds. */
const SURE_MS = 10 * 60_000;

/** What can stand in a header behind a word and a space. */
const TOKEN = /^[\x21-\x7e][\x20-\x7e]{0,8191}$/;

/**
 * The token of a log-in, which the first call makes for all who wait. It is kept until the API answers 401, or 403 ten
 * minutes later; then there is one new log-in. One that failed is not tried again at once: until its pause is over,
 * every call gets the same failure. Nor is a token renewed at once that was refused although it was new.
 */
export class SorLogin {
  readonly #client: JsonClient;
  readonly #credentials: () => { readonly email: string; readonly password: string };
  readonly #failed = new FailedQuestion();
  readonly #refused = new FailedQuestion();
  #token: string | undefined;
  /** When it came, in `performance.now()` milliseconds. */
  #since = Number.NEGATIVE_INFINITY;
  #pending: Promise<string> | undefined;
  /** The e-mail and the password of the latest log-in. */
  #tried = '';

  /** `client` calls the API without a credential. The credentials may change: each log-in takes them as they are. */
  constructor(client: JsonClient, credentials: () => { readonly email: string; readonly password: string }) {
    this.#client = client;
    this.#credentials = credentials;
  }

  /** What another client needs to call with the token. */
  get credential(): Required<Pick<JsonClientOptions, 'headers' | 'guards'>> {
    const guard: AttemptGuard = async (attempt, send) => {
      for (let isRepeated = false; ; ) {
        const used = this.#token ?? (await beforeDeadline(attempt, this.#renewed(attempt)));
        const reply = await send().catch(unlessNotSent);
        if (reply === undefined) continue;
        const mayHaveEnded = reply.status === 403 && performance.now() - this.#since > SURE_MS;
        if (reply.status !== 401 && !mayHaveEnded) {
          this.#refused.succeeded();
          return reply;
        }
        if (isRepeated) this.#refused.failed(undefined, true);
        if (this.#refused.leftMs > 0) return reply;
        isRepeated = true;
        // Another call may have renewed it meanwhile.
        if (this.#token === used) this.#token = undefined;
      }
    };
    const headers = () => {
      // A call that has waited for its place may find that the token ended meanwhile.
      if (this.#token === undefined) throw new TransportError('NOT_SENT');
      return { authorization: `Token ${this.#token}` };
    };
    return { guards: [guard], headers };
  }

  /** A caller who leaves does not end the log-in, as others may wait for the same one. Its first caller pays. */
  #renewed(payer: Attempt): Promise<string> {
    payer.waitedFor?.push('login');
    this.#pending ??= this.#login(payer).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #login(payer: Attempt): Promise<string> {
    const tried = JSON.stringify(this.#credentials());
    // Another password has not failed yet.
    if (tried !== this.#tried) this.#failed.succeeded();
    this.#tried = tried;
    const { failure } = this.#failed;
    if (failure) throw failure;
    try {
      const token = await this.#askForToken(payer);
      this.#failed.succeeded();
      this.#token = token;
      this.#since = performance.now();
      return token;
    } catch (error) {
      // One that was refused before it was sent says nothing about the next one.
      if (!(error instanceof UpstreamError) || error.outcome === 'NOT_SENT') throw error;
      const leastMs = Math.min((error.retryAfter ?? 0) * 1000, LONGEST_RETRY_AFTER_MS);
      this.#failed.failed(error, !error.isApiFailure, leastMs);
      throw this.#failed.failure ?? error;
    }
  }

  async #askForToken({ serves = () => [] }: Attempt): Promise<string> {
    const { email, password } = this.#credentials();
    const call = { route: ROUTE, path: ROUTE, body: { email, password }, isOwnCredential: true };
    // How long it waits is a part of what they wait for.
    const payers = () => serves().map(({ operation }) => ({ operation, since: performance.now() }));
    const answer = await this.#client.send({ method: 'POST', ...call, options: { serves: payers } });
    const { success, result, auth_token } = Object(answer);
    if (flagIn(success) === false) throw this.#client.refused(call, answer);
    // No page shows the whole answer; the envelope of all others suggests the first place.
    const token = textOf(result?.auth_token ?? auth_token);
    if (token === null || !TOKEN.test(token)) throw this.#client.malformed(ROUTE);
    return token;
  }
}

function unlessNotSent(error: unknown): undefined {
  if (!(error instanceof TransportError && error.code === 'NOT_SENT')) throw error;
}
