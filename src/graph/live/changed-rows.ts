import { isDeepStrictEqual } from 'node:util';
import { type HoodRow, isRow } from '../../sources/hood/answers.ts';
import type { Collection } from '../../sources/hood/endpoints.ts';
import { timeIn } from '../../sources/hood/grammar.ts';
import type { Found, PolledApis } from './pollers.ts';

/** A row that has been created or changed. */
export interface ChangedRow {
  row: HoodRow;
  isNew: boolean;
}

/** The most pages that one poll reads; what is left comes with the next one. */
const MOST_PAGES = 9;

/** Times that rows have to be read with. */
export const TIMES = ['create_time', 'update_time'] as const;

/**
 * Polls a collection of Hood for rows that have changed, oldest change first, with one call unless a page is full. `fields`
 * has the times. The first poll only finds out what is there. Of rows changed in the second that was seen last, those
 * that have the same content are known.
 */
export function changedRows(collection: Collection, fields: readonly string[]) {
  let known: Map<string, HoodRow> | undefined;
  let since = '';
  const timeOf = (row: HoodRow, name: (typeof TIMES)[number]) => timeIn(Object(row)[name]);

  return async ({ hood }: PolledApis): Promise<Found<ChangedRow>> => {
    const size = hood.settings.maxPageSize;
    const events: ChangedRow[] = [];
    const before = known;
    const seen = new Map(before);
    const from = since;
    // Nothing counts as seen before all pages are there: what a page brought would be lost where the next one fails.
    let until = since;
    const query = before
      ? { sort: 'update_time', ...(from && { conditions: { update_time: { gte: from } } }) }
      : { sort: '-update_time' };
    for (let number = 1; number <= MOST_PAGES; number++) {
      const { items, total = 0 } = await hood.list(collection, query, fields, { number, size });
      for (const row of items.filter(isRow)) {
        const id = String(row.id);
        const updated = timeOf(row, 'update_time');
        // An API that ignores the condition gives everything.
        if (updated === null || updated < from) continue;
        if (updated > until) until = updated;
        const isKnown = isDeepStrictEqual(seen.get(id), row);
        seen.set(id, row);
        if (!before || isKnown) continue;
        const isNew = !before.has(id) && (timeOf(row, 'create_time') ?? '') >= from;
        events.push({ row, isNew });
      }
      if (!before || items.length === 0 || (items.length < size && number * size >= total)) break;
    }
    since = until;
    known = new Map([...seen].filter(([, row]) => timeOf(row, 'update_time') === since));
    return { events };
  };
}
