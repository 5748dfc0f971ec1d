import type { Config } from '../config/config.ts';
import type { AttemptGuard } from '../http/client/client-options.ts';
import type { AnswerHead } from '../http/client/exchange.ts';
import type { JsonClient } from '../http/client/json-client.ts';
import { endpoint, type QueryValue, type Route } from '../http/client/path.ts';
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

/** Asks an API by GET, with the credential and within the limits of the gateway, and everything once. */
export type Ask = (route: Route<never>, query?: Readonly<Record<string, QueryValue>>) => Promise<Seen>;

/** What is asked, by the settings of the gateway. */
export interface Visit {
  hood: Ask;
  sor: Ask;
  config: Config;
}

/** Counts the calls of a visit, and refuses those beyond `MOST_CALLS`. `guard` must stand around every call of its clients. */
export class CallCount {
  calls = 0;
  #latest: AnswerHead | undefined;

  readonly guard: AttemptGuard = async (_attempt, send) => {
    if (this.calls >= MOST_CALLS) throw new Error(`A visit makes at most ${MOST_CALLS} calls.`);
    this.calls += 1;
    const reply = await send();
    this.#latest = reply;
    return reply;
  };

  askerOf(client: JsonClient): Ask {
    const known = new Map<string, Seen>();
    return async (route, query = {}) => {
      const where = endpoint(route, {}, query);
      let seen = known.get(where.path);
      if (!seen) {
        this.#latest = undefined;
        // As a repetition it is not tried again.
        const answer: unknown = await client.get({ ...where, repeats: 'question' }).catch((error) => error);
        const { headers = {}, status } = this.#latest ?? ({} as Partial<AnswerHead>);
        seen = { headers, ...(answer instanceof Error ? failedBy(answer) : { status, ...listIn(answer) }) };
        known.set(where.path, seen);
      }
      return seen;
    };
  }
}

function failedBy(error: Error): Omit<Seen, 'headers'> {
  const status = error instanceof UpstreamError ? error.status : undefined;
  return { status, rows: undefined, total: Number.NaN };
}

/** The list of an answer of either API. */
function listIn(answer: unknown): Pick<Seen, 'rows' | 'total'> {
  const { items, total, result, success } = (answer ?? {}) as Row;
  const { profiles, total_profiles } = (result ?? {}) as Row;
  const rows = [items, profiles, result].find(Array.isArray) as Row[] | undefined;
  return { rows: success === false ? undefined : rows, total: Number(total ?? total_profiles ?? Number.NaN) };
}
