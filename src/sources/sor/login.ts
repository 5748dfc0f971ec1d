import { beforeDeadline } from '../../http/client/call-deadline.ts';
import type { AttemptGuard, JsonClientOptions } from '../../http/client/client-options.ts';
import type { JsonClient } from '../../http/client/json-client.ts';
import { NotSent } from '../../http/client/not-sent.ts';

const ROUTE = '/api/login';

interface LoginAnswer {
  success?: unknown;
  result?: { auth_token?: unknown } | null;
  auth_token?: unknown;
}

/**
 * The token of a log-in with e-mail and password: asked for when first needed, by one call however many wait for
 * it, kept until the API answers 401, and then asked for once more.
 */
export class SorLogin {
  readonly #client: JsonClient;
  readonly #credentials: { email: string; password: string };
  #token: string | undefined;
  #pending: Promise<string> | undefined;

  /** `client` calls the API without a credential. */
  constructor(client: JsonClient, credentials: { email: string; password: string }) {
    this.#client = client;
    this.#credentials = credentials;
  }

  /** What another client needs to call with the token. */
  get credential(): Required<Pick<JsonClientOptions, 'headers' | 'guard'>> {
    const guard: AttemptGuard = async (attempt, send) => {
      for (let isRepeated = false; ; ) {
        const used = this.#token ?? (await beforeDeadline(attempt, this.#renewed()));
        const reply = await send().catch(unlessNotSent);
        if (reply === undefined) continue;
        if (reply.status !== 401 || isRepeated) return reply;
        isRepeated = true;
        // Another call may have renewed it meanwhile.
        if (this.#token === used) this.#token = undefined;
      }
    };
    const headers = () => {
      // A call that has waited for its place may find that the token ended meanwhile.
      if (this.#token === undefined) throw new NotSent();
      return { authorization: `Token ${this.#token}` };
    };
    return { guard, headers };
  }

  /** Not ended with a caller's own call: others may be waiting for the same one. */
  #renewed(): Promise<string> {
    this.#pending ??= this.#login().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #login(): Promise<string> {
    const call = { route: ROUTE, path: ROUTE, body: this.#credentials, isOwnCredential: true };
    const answer = (await this.#client.send({ method: 'POST', ...call })) as LoginAnswer | undefined;
    if (answer?.success === false) throw this.#client.refused(call, answer);
    // No page shows the whole answer; the envelope of all others suggests the first place.
    const token = answer?.result?.auth_token ?? answer?.auth_token;
    if (typeof token !== 'string' || token === '') throw this.#client.malformed(ROUTE);
    this.#token = token;
    return token;
  }
}

function unlessNotSent(error: unknown): undefined {
  if (!(error instanceof NotSent)) throw error;
}
