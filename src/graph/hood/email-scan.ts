import { textOf } from '../../sources/exact-values.ts';
import { type HoodRow, hoodObject, isRow } from '../../sources/hood/rows.ts';
import { isoDateTime } from '../../sources/time.ts';
import { BadInput } from '../caller-error.ts';
import type { Connection } from '../connection.ts';
import type { Context } from '../context.ts';
import { rowsOfWindow, type WindowArguments } from '../paging/window.ts';
import type { ListSource } from './list-inputs.ts';
import { hoodList, type RowNeeds } from './list-reading.ts';
import { unlessRefused } from './read-behind.ts';
import { digitsOf } from './time-order.ts';

/** What of a request says whose it is. */
const NAMING_FIELDS = ['client_id', 'create_time', 'id', 'requester_information', 'subject_information'] as const;

type NamingRow = HoodRow & Partial<Record<(typeof NAMING_FIELDS)[number], unknown>>;

export const NEWEST_FIRST = { orderBy: [{ field: 'create_time', direction: 'DESC' }] } as const;
const ORDER = { field: 'create_time', descending: true };

export type ScanWindow = Pick<WindowArguments, 'first' | 'after'>;

/** Rows that were read, each with what to go on with after it. */
interface ScanPage {
  entries: { row: HoodRow | Error; cursor: () => string }[];
  /** What to go on with after all of them, where that is not the last one's own. */
  next: (() => string) | undefined;
  isLast: boolean;
}

/**
 * Looks at the rows of a list one by one for an e-mail address, which Hood has no filter for. Newest first, and then
 * those without a time, which no range of times has. Each row comes once, whatever is added or changed meanwhile.
 * `fields` are those wanted of each row. Its cursors are good for the same address alone.
 */
export function emailScan(source: ListSource, address: string, fields: readonly string[], context: Context) {
  const email = addressIn(address);
  const reading = `scanned for ${email}`;
  const timed = hoodList(source, NEWEST_FIRST, context, {}, reading);
  const timeless = hoodList(source, {}, context, { create_time: { isNull: true } }, reading);
  // They hold how many rows without a time were read.
  const timelessCursors = context.cursors.of(`${source.collection} without a time ${reading}`);
  const needs: RowNeeds = { fields: [...new Set([...fields, ...NAMING_FIELDS])].sort(), onlyTotal: false };
  const { maxPageSize: largest } = context.hood.settings;

  const isIn = (person: unknown): boolean => {
    const { email: own } = hoodObject<{ email?: unknown }>(person) ?? {};
    return typeof own === 'string' && addressIn(own) === email;
  };

  /** Whether a request is about whoever has the address, or comes from them. */
  const isOf = ({ subject_information, requester_information }: NamingRow): boolean =>
    isIn(subject_information) || isIn(requester_information);

  /** The client id of a request that is about whoever has the address, if it has one: 0 is none. */
  const clientIdIn = ({ subject_information, client_id }: NamingRow): string | undefined =>
    (isIn(subject_information) && textOf(client_id || null)) || undefined;

  /** How many rows without a time are before a cursor; undefined for one of a row that has a time. */
  function timelessPassed(after: string | null | undefined): number | undefined {
    if (after == null) return undefined;
    try {
      return timelessCursors.decode(after, 'after')[0];
    } catch (error) {
      if (error instanceof BadInput) return undefined;
      throw error;
    }
  }

  /**
   * Page after page of all rows after a cursor, as long as there are any, for whoever takes so many that have the
   * address. Throws `UpstreamError`.
   */
  async function* pages(after?: string | null, size = Number.POSITIVE_INFINITY): AsyncGenerator<ScanPage> {
    let passed = timelessPassed(after);
    for (let cursor = after; passed === undefined; ) {
      const { rows, hasNext, cursorOf } = await timed.read({ first: largest, after: cursor }, needs);
      // A list that came whole has those without a time as well. If not all are taken, they come later, where each has a
      // place of its own to go on from.
      const isLast = cursor == null && !hasNext && rows.filter((row) => isRow(row) && isOf(row)).length <= size;
      const entries = rows.map((row, index) => ({ row, cursor: () => cursorOf(index) }));
      if (hasNext && rows.length > 0) cursor = cursorOf(rows.length - 1);
      else passed = 0;
      const next = passed === undefined ? undefined : () => timelessCursors.encode([0]);
      yield { entries: entries.filter(({ row }) => isLast || !isTimeless(row)), next, isLast };
      if (isLast) return;
    }
    for (let isLast = false; !isLast; ) {
      const offset: number = passed;
      // An API that refuses the question has no such rows, and one that ignores it has others.
      const page = await unlessRefused(timeless.read({ first: largest, offset }, needs));
      const rows = (page?.rows ?? []).filter(isTimeless);
      const entries = rows.map((row, index) => ({ row, cursor: () => timelessCursors.encode([offset + index + 1]) }));
      isLast = !page?.hasNext || rows.length < page.rows.length;
      passed = offset + rows.length;
      yield { entries, next: undefined, isLast };
    }
  }

  /**
   * Scans until there are enough rows, the list ends or `mayGoOn` is false. A `failure` ends it as well: what was found
   * until then counts. How many rows it looked at, how many of them were unreadable, and when the last one was created,
   * it says. Throws `BadInput` for arguments that make no window.
   */
  async function scanWindow({ first, after }: ScanWindow, mayGoOn: () => boolean) {
    if (timelessPassed(after) === undefined) timed.window({ first, after });
    const size = rowsOfWindow({ first }, largest);
    const found: { row: HoodRow; cursor: () => string }[] = [];
    const seen = { looked: 0, unreadable: 0, until: null as string | null, failure: undefined as unknown };
    let hasNext = true;
    let endCursor = () => after ?? undefined;
    const reading = pages(after, size);
    try {
      while (hasNext && found.length < size && mayGoOn()) {
        const { value: page } = await reading.next();
        if (!page) break;
        hasNext = !page.isLast;
        let { next } = page;
        for (const { row, cursor } of page.entries) {
          if (found.length === size) {
            hasNext = true;
            next = undefined;
            break;
          }
          seen.looked += 1;
          endCursor = cursor;
          if (row instanceof Error) seen.unreadable += 1;
          else {
            seen.until = isoDateTime((row as NamingRow).create_time) ?? seen.until;
            if (isOf(row)) found.push({ row, cursor });
          }
        }
        if (next) endCursor = next;
      }
    } catch (error) {
      seen.failure = error;
    }
    return {
      ...seen,
      rows: found.map(({ row }) => row),
      total: undefined,
      hasNext,
      hasPrevious: after != null,
      cursorOf: (index: number) => found[index]?.cursor() ?? '',
      endCursor: endCursor(),
    } satisfies Connection<HoodRow>;
  }

  return { pages, scanWindow, isOf, clientIdIn };
}

/** An address as it is compared. */
export function addressIn(text: string): string {
  return text.trim().normalize().toLowerCase();
}

function isTimeless(row: HoodRow | Error): boolean {
  return isRow(row) && digitsOf(row, ORDER) === null;
}
