import type { AttemptGuard } from '../http/client/client-options.ts';
import type { AnswerHead } from '../http/client/exchange.ts';
import type { JsonClient } from '../http/client/json-client.ts';
import { type Endpoint, endpoint, type QueryValue, type Route } from '../http/client/path.ts';
import { UpstreamError } from '../http/client/upstream-error.ts';

/** How many calls a visit may make at both APIs together, whatever comes back. */
export const MOST_CALLS = 15;

export type Row = Readonly<Record<string, unknown>>;

/** What came of one call. */
export interface Seen {
  /** Undefined where no answer came. */
  status: number | undefined;
  headers: AnswerHead['headers'];
  /** The rows of a list; undefined where the answer has none, or is a refusal. */
  rows: readonly Row[] | undefined;
  /** How many rows the API says that there are. */
  total: number;
}

/** Counts the calls of a visit, refuses those beyond `MOST_CALLS`, and remembers how the latest was answered. */
export class CallCount {
  calls = 0;
  latest: AnswerHead | undefined;

  readonly guard: AttemptGuard = async (_attempt, send) => {
    if (this.calls >= MOST_CALLS) throw new Error(`A visit makes at most ${MOST_CALLS} calls.`);
    this.calls += 1;
    const reply = await send();
    this.latest = reply;
    return reply;
  };
}

/** Asks one API by GET, with the credential and within the limits of the gateway, and everything once. */
export class ApiVisit {
  readonly #client: JsonClient;
  readonly #count: CallCount;
  readonly #seen = new Map<string, Seen>();

  constructor(client: JsonClient, count: CallCount) {
    this.#client = client;
    this.#count = count;
  }

  async get(route: Route<never>, query: Readonly<Record<string, QueryValue>> = {}): Promise<Seen> {
    const where = endpoint(route, {}, query);
    const known = this.#seen.get(where.path);
    if (known) return known;
    const seen = await this.#ask(where);
    this.#seen.set(where.path, seen);
    return seen;
  }

  async #ask(where: Endpoint): Promise<Seen> {
    this.#count.latest = undefined;
    try {
      // As a repetition it is not tried again.
      const answer = await this.#client.get({ ...where, repeats: 'question' });
      const { status, headers = {} } = this.#count.latest ?? {};
      return { status, headers, ...listIn(answer) };
    } catch (error) {
      const status = error instanceof UpstreamError ? error.status : undefined;
      return { status, headers: this.#count.latest?.headers ?? {}, rows: undefined, total: Number.NaN };
    }
  }
}

/** The list of an answer of either API. */
function listIn(answer: unknown): Pick<Seen, 'rows' | 'total'> {
  const { items, total, result, success } = (answer ?? {}) as Row;
  const { profiles, total_profiles } = (result ?? {}) as Row;
  const rows = [items, profiles, result].find(Array.isArray) as Row[] | undefined;
  return { rows: success === false ? undefined : rows, total: Number(total ?? total_profiles ?? Number.NaN) };
}
