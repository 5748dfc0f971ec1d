import { textOf } from '../../sources/exact-values.ts';
import { type HoodRow, hoodObject, isRow } from '../../sources/hood/rows.ts';
import { isoDateTime } from '../../sources/time.ts';
import { BadInput } from '../caller-error.ts';
import type { Connection } from '../connection.ts';
import type { Context } from '../context.ts';
import type { ListCursors } from '../paging/cursor.ts';
import { rowsOfWindow, type WindowArguments } from '../paging/window.ts';
import type { ListSource } from './list-inputs.ts';
import { HoodList, type RowNeeds } from './list-reading.ts';
import { digitsOf } from './time-order.ts';
import { unlessRefused } from './time-window.ts';

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
 * A list whose rows are looked at one by one for an e-mail address, which Hood has no filter for. Newest first, and then
 * those without a time, which no range of times has. Each row comes once, whatever is added or changed meanwhile.
 */
export class EmailScan {
  readonly #email: string;
  readonly #timed: HoodList;
  readonly #timeless: HoodList;
  /** They hold how many rows without a time were read. */
  readonly #timelessCursors: ListCursors;
  readonly #needs: RowNeeds;
  readonly #largest: number;

  /** `fields` are those wanted of each row. Its cursors are good for the same address alone. */
  constructor(source: ListSource, email: string, fields: readonly string[], context: Context) {
    this.#email = addressIn(email);
    const reading = `scanned for ${this.#email}`;
    const withoutTime = { create_time: { isNull: true } };
    this.#timed = new HoodList(source, NEWEST_FIRST, context, {}, reading);
    this.#timeless = new HoodList(source, {}, context, withoutTime, reading);
    this.#timelessCursors = context.cursors.of(`${source.collection} without a time ${reading}`);
    this.#needs = { fields: [...new Set([...fields, ...NAMING_FIELDS])].sort(), onlyTotal: false };
    this.#largest = context.hood.settings.maxPageSize;
  }

  /** How many rows a window is to have. Throws `BadInput` for arguments that make none. */
  sizeOf({ first, after }: ScanWindow): number {
    if (this.#timelessPassed(after) === undefined) this.#timed.window({ first, after });
    return rowsOfWindow({ first }, this.#largest);
  }

  /**
   * Page after page of all rows after a cursor, as long as there are any, for whoever takes so many that have the address.
   * Throws `UpstreamError`.
   */
  async *pages(after?: string | null, size = Number.POSITIVE_INFINITY): AsyncGenerator<ScanPage> {
    let passed = this.#timelessPassed(after);
    for (let cursor = after; passed === undefined; ) {
      const { rows, hasNext, cursorOf } = await this.#timed.read({ first: this.#largest, after: cursor }, this.#needs);
      // A list that came whole has those without a time as well. If not all are taken, they come later, where each has a
      // place of its own to go on from.
      const isLast = cursor == null && !hasNext && rows.filter((row) => isRow(row) && this.isOf(row)).length <= size;
      const entries = rows.map((row, index) => ({ row, cursor: () => cursorOf(index) }));
      if (hasNext && rows.length > 0) cursor = cursorOf(rows.length - 1);
      else passed = 0;
      const next = passed === undefined ? undefined : () => this.#timelessCursors.encode([0]);
      yield { entries: entries.filter(({ row }) => isLast || !isTimeless(row)), next, isLast };
      if (isLast) return;
    }
    for (let isLast = false; !isLast; ) {
      const offset: number = passed;
      // An API that refuses the question has no such rows, and one that ignores it has others.
      const page = await unlessRefused(this.#timeless.read({ first: this.#largest, offset }, this.#needs));
      const rows = (page?.rows ?? []).filter(isTimeless);
      const entries = rows.map((row, index) => ({
        row,
        cursor: () => this.#timelessCursors.encode([offset + index + 1]),
      }));
      isLast = !page?.hasNext || rows.length < page.rows.length;
      passed = offset + rows.length;
      yield { entries, next: undefined, isLast };
    }
  }

  /** Whether a request is about whoever has the address, or comes from them. */
  isOf({ subject_information, requester_information }: NamingRow): boolean {
    return this.#isIn(subject_information) || this.#isIn(requester_information);
  }

  /** The client id of a request that is about whoever has the address, if it has one. */
  clientIdIn({ subject_information, client_id }: NamingRow): string | undefined {
    return (this.#isIn(subject_information) && textOf(client_id)) || undefined;
  }

  #isIn(person: unknown): boolean {
    const { email } = hoodObject<{ email?: unknown }>(person) ?? {};
    return typeof email === 'string' && addressIn(email) === this.#email;
  }

  /** How many rows without a time are before a cursor; undefined for one of a row that has a time. */
  #timelessPassed(after: string | null | undefined): number | undefined {
    if (after == null) return undefined;
    try {
      return this.#timelessCursors.decode(after, 'after')[0];
    } catch (error) {
      if (error instanceof BadInput) return undefined;
      throw error;
    }
  }
}

/** An address as it is compared. */
export function addressIn(text: string): string {
  return text.trim().normalize().toLowerCase();
}

function isTimeless(row: HoodRow | Error): boolean {
  return isRow(row) && digitsOf(row, ORDER) === null;
}

/**
 * Scans until there are enough rows, the list ends or `mayGoOn` is false. A `failure` ends it as well: what was found until
 * then counts. How many rows it looked at, how many of them were unreadable, and when the last one was created, it says.
 */
export async function scanWindow(scan: EmailScan, window: ScanWindow, mayGoOn: () => boolean) {
  const size = scan.sizeOf(window);
  const found: { row: HoodRow; cursor: () => string }[] = [];
  const seen = { looked: 0, unreadable: 0, until: null as string | null, failure: undefined as unknown };
  let hasNext = true;
  let lastCursor = () => window.after ?? undefined;
  const pages = scan.pages(window.after, size);
  try {
    while (hasNext && found.length < size && mayGoOn()) {
      const { value: page } = await pages.next();
      if (!page) break;
      const { entries, next, isLast } = page;
      hasNext = !isLast;
      if (next) lastCursor = next;
      for (const [index, { row, cursor }] of entries.entries()) {
        const isLastRow = index === entries.length - 1;
        seen.looked += 1;
        if (!next) lastCursor = cursor;
        if (row instanceof Error) seen.unreadable += 1;
        else {
          seen.until = isoDateTime((row as NamingRow).create_time) ?? seen.until;
          if (scan.isOf(row)) found.push({ row, cursor });
        }
        if (found.length < size || isLastRow) continue;
        hasNext = true;
        lastCursor = cursor;
        break;
      }
    }
  } catch (error) {
    seen.failure = error;
  }
  return {
    ...seen,
    rows: found.map(({ row }) => row),
    total: undefined,
    hasNext,
    hasPrevious: window.after != null,
    cursorOf: (index: number) => found[index]?.cursor() ?? '',
    endCursor: lastCursor(),
  } satisfies Connection<HoodRow>;
}
