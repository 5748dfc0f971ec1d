import type { Config } from '../config/config.ts';
import type { AnswerHead } from '../http/client/exchange.ts';
import type { AttemptGuard } from '../http/client/flight.ts';
import type { JsonClient } from '../http/client/json-client.ts';
import { endpoint, type QueryValue, type Route } from '../http/client/path.ts';
import { UpstreamError } from '../http/client/upstream-error.ts';
import { textOf as textOrNull } from '../sources/exact-values.ts';

/** How many calls a visit may make at each API, whatever comes back: one that redirects leaves the other its own. */
const MOST_AT = { HOOD: 8, SOR: 7 };

export const MOST_CALLS = MOST_AT.HOOD + MOST_AT.SOR;

export type Row = Readonly<Record<string, unknown>>;

/** What came of one call. */
export interface Seen {
  /** Undefined where no answer came. */
  status: number | undefined;
  /** The same in words. */
  said: string;
  headers: AnswerHead['headers'];
  /** The rows of a list; undefined where the answer has none, or others than objects, or is a refusal. */
  rows: readonly Row[] | undefined;
  /** How many rows the API says that there are; not a number where it says none that can be. */
  total: number;
}

/** What an API has sent as an id or a time; empty where it is no text or number. */
export const textOf = (value: unknown): string => textOrNull(value) ?? '';

/** Asks an API by GET, with the credential and within the limits of the gateway, and everything once. */
export type Ask = (route: Route<never>, query?: Readonly<Record<string, QueryValue>>) => Promise<Seen>;

/** What is asked, by the settings of the gateway. */
export interface Visit {
  hood: Ask;
  sor: Ask;
  config: Config;
}

/** Counts the calls of a visit, and refuses those that are too many. `guard` must stand around every call of its clients. */
export function callCount() {
  const left = { ...MOST_AT };
  /** The API that is asked. */
  let asked: keyof typeof left = 'HOOD';
  let latest: AnswerHead | undefined;

  const guard: AttemptGuard = async (_attempt, send) => {
    if (left[asked] === 0) throw new Error('A visit makes no more calls.');
    left[asked] -= 1;
    const reply = await send();
    latest = reply;
    return reply;
  };

  const askerOf = (client: JsonClient): Ask => {
    const known = new Map<string, Seen>();
    return async (route, query = {}) => {
      const where = endpoint(route, {}, query);
      const before = known.get(where.path);
      if (before) return before;
      latest = undefined;
      asked = client.api as typeof asked;
      const silence = left[asked] === 0 ? 'no call was left for it' : 'no answer came';
      // As a repetition it is not tried again.
      const answer: unknown = await client.get({ ...where, repeats: 'question' }).catch((error) => error);
      const { headers = {}, status = answer instanceof UpstreamError ? answer.status : undefined } =
        latest ?? ({} as Partial<AnswerHead>);
      const said = status === undefined ? silence : `the answer was ${status}`;
      const list = answer instanceof Error ? { rows: undefined, total: Number.NaN } : listIn(answer);
      const seen = { status, said, headers, ...list };
      known.set(where.path, seen);
      return seen;
    };
  };
  return { guard, askerOf, calls: () => MOST_CALLS - left.HOOD - left.SOR };
}

/** The list of an answer of either API. */
function listIn(answer: unknown): Pick<Seen, 'rows' | 'total'> {
  const { items, total, result, success } = (answer ?? {}) as Row;
  const { profiles, total_profiles } = (result ?? {}) as Row;
  const rows = [items, profiles, result].find(Array.isArray);
  const isList = success !== false && rows?.every((row) => typeof row === 'object' && row !== null);
  // Longer ones may be anything.
  const [counted = Number.NaN] = /^\d{1,9}$/.exec(textOf(total ?? total_profiles)) ?? [];
  return { rows: isList ? rows : undefined, total: Number(counted) };
}
