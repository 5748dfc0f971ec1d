import fc from 'fast-check';
import type { AskAgain, SeenCall } from '../../src/sandbox/server.ts';
import { type Asked, askedBy } from './asked.ts';

/** What an answer says wrongly of how many rows there are. */
export const TOTALS = ['honest', 'tooHigh', 'absent', 'text', 'contradicted', 'remaining'] as const;

export type TotalLie = (typeof TOTALS)[number];

/** How one answer lies. */
export interface Lie {
  total: TotalLie;
  /** How much too high a total is. */
  by: number;
  /** How many rows of the page come, of a page that is cut short; the total of such an answer stays. */
  keep: number | undefined;
  /** Which row of the page is left out. */
  leaveOut: number | undefined;
  /** Whether the last row of a full page comes twice, so that the page is longer than was asked for. */
  repeatsRow: boolean;
}

/** Lies for the answers of one operation, of which most are honest in most ways. */
export function lies(totals: readonly TotalLie[], cuts: boolean): fc.Arbitrary<Lie[]> {
  const rarely = <Value>(arbitrary: fc.Arbitrary<Value>, otherwise: Value) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary });
  const some = fc.integer({ min: 1, max: 25 });
  const lie = fc.record({
    total: fc.constantFrom(...totals),
    by: fc.integer({ min: 1, max: 3 }),
    keep: cuts ? rarely<number | undefined>(some, undefined) : fc.constant(undefined),
    leaveOut: rarely<number | undefined>(fc.nat(25), undefined),
    repeatsRow: rarely(fc.constant(true), false),
  });
  return fc.array(lie, { maxLength: 30 });
}

type Row = Record<string, unknown>;

/** A list of either API, and how it is written again. */
interface Listing {
  rows: Row[];
  total: number;
  write(rows: readonly Row[], total: unknown): unknown;
}

/** How all answers of an API are odd. */
export interface Oddities {
  /** Whether its lists have the page that they gave last for ever behind their end. */
  lastPageRepeats: boolean;
  /** The size of all its pages, whatever is asked for; undefined where they are as asked for. */
  pageSize?: number | undefined;
  /** Whether it never says how many rows there are. */
  withoutTotals?: boolean | undefined;
}

/**
 * Rewrites the lists of both APIs, one lie an answer, and only has its oddities when it has no more. It leaves out one
 * row at most.
 *
 * Of the answers that one window is read from, one at most lacks rows, by a cut or by a row left out. Where the answer
 * that a reader asks for beside an odd one is odd in the same way, the two agree, and look like an honest shorter list.
 * So does a page that repeats rows, and not all of them, where no total tells that the list has ended. Totals and
 * repeated rows are free.
 */
export class Liar {
  /** Ids of the rows that answers left out. */
  readonly leftOut = new Set<string>();
  readonly #lies: Lie[];
  readonly #oddities: Oddities;
  readonly #lastPages = new Map<string, Row[]>();
  #hasLacked = false;

  constructor(lies: readonly Lie[], oddities: Oddities) {
    this.#lies = [...lies];
    this.#oddities = oddities;
  }

  /** Another window is read from now on, in which an answer may lack rows again. */
  beginWindow(): void {
    this.#hasLacked = false;
  }

  readonly rewrite = async (call: SeenCall, honest: unknown, ask: AskAgain): Promise<unknown> => {
    const { pageSize, withoutTotals } = this.#oddities;
    const asked = askedBy(call);
    if (asked.method !== 'GET' || !listingIn(honest, asked)) return honest;
    const whole = pageSize === undefined ? honest : await ask((query) => resize(query, asked.page, pageSize));
    const listing = listingIn(whole, asked);
    if (!listing) return whole;
    const { rows: all, isRepeat } = this.#pageOrLast(listing, asked);
    const lie = this.#lies.shift();
    const honestTotal = withoutTotals ? undefined : listing.total;
    if (!lie) return listing.write(all, honestTotal);
    const rows = this.#hasLacked || (withoutTotals && isRepeat) ? all : this.#fewerOf(all, lie);
    const isShort = rows.length < all.length;
    if (isShort) this.#hasLacked = true;
    const isHonest = withoutTotals || (isShort && !TELLING.has(lie.total));
    const total = isHonest ? honestTotal : this.#totalOf(lie, listing, asked);
    const isFull = rows.length === asked.size;
    return listing.write(lie.repeatsRow && isFull ? [...rows, ...rows.slice(-1)] : rows, total);
  };

  #fewerOf(all: Row[], { keep, leaveOut }: Lie): Row[] {
    const gone = this.leftOut.size === 0 && all.length > 1 ? all[leaveOut ?? all.length] : undefined;
    if (!gone) return all.slice(0, keep);
    this.leftOut.add(idOf(gone));
    return all.filter((row) => row !== gone);
  }

  #pageOrLast({ rows }: Listing, { path, query }: Asked): { rows: Row[]; isRepeat: boolean } {
    const parameters = new URLSearchParams(query);
    for (const name of ['page', 'num_per_page']) parameters.delete(name);
    const list = `${path}?${parameters}`;
    if (rows.length > 0) this.#lastPages.set(list, rows);
    const last = this.#oddities.lastPageRepeats ? this.#lastPages.get(list) : undefined;
    return { rows: last ?? rows, isRepeat: rows.length === 0 };
  }

  #totalOf({ total, by }: Lie, listing: Listing, { page, size }: Asked): unknown {
    switch (total) {
      case 'tooHigh':
        return listing.total + by;
      case 'absent':
        return undefined;
      case 'text':
        return String(listing.total);
      case 'remaining':
        return Math.max(0, listing.total - (page - 1) * size);
      case 'contradicted':
        return Math.max(0, listing.rows.length - by);
      default:
        return listing.total;
    }
  }
}

/** Beside any other total a page that is short for once is just what an honest last page looks like. */
const TELLING: ReadonlySet<TotalLie> = new Set(['honest', 'tooHigh', 'text']);

/** Asks for a page of another size, in the words of either API. */
function resize(query: URLSearchParams, page: number, size: number): void {
  if (query.has('num_per_page')) query.set('num_per_page', String(size));
  else query.set('page', `${page},${size}`);
}

function idOf(row: Row): string {
  return String(row['id'] ?? row['customer_id']);
}

function listingIn(answer: unknown, { path }: Asked): Listing | undefined {
  const whole = answer as { total?: number; items?: Row[]; result?: Record<string, unknown> };
  // Not one row by its id, which comes as a list of one as well.
  if (whole.items && path.split('/').length === 4) {
    return {
      rows: whole.items,
      total: Number(whole.total),
      write: (items, total) => ({ ...(total !== undefined && { total }), items }),
    };
  }
  const { profiles, total_profiles, ...rest } = whole.result ?? {};
  if (!Array.isArray(profiles)) return undefined;
  return {
    rows: profiles,
    total: Number(total_profiles),
    write: (written, total) => ({
      success: true,
      result: { ...rest, ...(total !== undefined && { total_profiles: total }), profiles: written },
    }),
  };
}
