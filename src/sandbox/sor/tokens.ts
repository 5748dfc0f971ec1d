import { randomLetters } from './random-names.ts';

/** Who may call the API host: the fixed token, and those that logins handed out. */
export class TokenStore {
  readonly fixed: string;
  readonly #email: string;
  readonly #password: string;
  readonly #live = new Set<string>();

  constructor({ email, password, fixed }: { email: string; password: string; fixed: string }) {
    this.#email = email;
    this.#password = password;
    this.fixed = fixed;
  }

  /** A new token, or `undefined` for the wrong e-mail or password. */
  login(email: unknown, password: unknown): string | undefined {
    if (email !== this.#email || password !== this.#password) return undefined;
    const token = randomLetters(32);
    this.#live.add(token);
    return token;
  }

  /** Reads `Authorization: Token <token>`. */
  admits(authorization: string | undefined): boolean {
    const token = /^Token (\S+)$/.exec(authorization ?? '')?.[1];
    return token !== undefined && (token === this.fixed || this.#live.has(token));
  }

  /** Ends every token that a login handed out. */
  expire(): void {
    this.#live.clear();
  }
}
