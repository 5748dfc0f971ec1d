import { isDeepStrictEqual } from 'node:util';
import { timeIn } from '../../sources/hood/grammar.ts';
import { type Collection, type HoodRow, isRow } from '../../sources/hood/rows.ts';
import { hoodDateTime } from '../../sources/time.ts';
import { type Found, OVERLAP_MS, type PolledApis } from './pollers.ts';

/** A row that has been created or changed. */
export interface ChangedRow {
  row: HoodRow;
  isNew: boolean;
}

/** Times that rows have to be read with. */
export const TIMES = ['create_time', 'update_time'] as const;

/** Polls a collection of Hood for rows that change from now on, oldest first, a page a poll. `fields` has `TIMES`. */
export function changedRows(collection: Collection, fields: readonly string[]) {
  let seen = new Map<string, HoodRow>();
  /** Where the next page begins; undefined before the first one. */
  let since: string | undefined;
  let number = 1;
  /** How many rows the pages before it had: an API may have smaller ones than are asked for. */
  let came = 0;
  /** What was created since then is new. */
  let begun = hoodDateTime(new Date());
  const timeOf = (row: HoodRow, name: (typeof TIMES)[number]) => timeIn(Object(row)[name]) ?? '';

  return async ({ hood }: PolledApis): Promise<Found<ChangedRow>> => {
    const size = hood.settings.maxPageSize;
    const isFirst = since === undefined;
    const from = since ?? '';
    const order = isFirst ? '-update_time' : 'update_time';
    const query = { sort: order, ...(from && { conditions: { update_time: { gte: from } } }) };
    const { items, total = Number.POSITIVE_INFINITY } = await hood.list(collection, query, fields, { number, size });
    const now = hoodDateTime(new Date());
    const events: ChangedRow[] = [];
    const times: string[] = [];
    for (const row of items.filter(isRow)) {
      const id = String(row.id);
      const updated = timeOf(row, 'update_time');
      // An API that ignores the condition gives everything.
      if (updated === '' || updated < from) continue;
      times.push(updated);
      const before = seen.get(id);
      seen.set(id, row);
      if ((isFirst && (updated < begun || updated > now)) || isDeepStrictEqual(before, row)) continue;
      events.push({ row, isNew: !before && timeOf(row, 'create_time') >= begun });
    }
    times.sort();
    // A change that is dated in the future must not hide those until then.
    const latest = times.findLast((time) => time <= now) ?? (isFirst && items.length === size ? times[0] : undefined);
    since = latest ?? from;
    const earlier = since && hoodDateTime(new Date(Date.parse(`${since}Z`) - OVERLAP_MS));
    seen = new Map([...seen].filter(([, row]) => timeOf(row, 'update_time') >= earlier));
    came += items.length;
    const isLast = isFirst || items.length === 0 || (items.length < size && came >= total);
    // A row that changes moves to the end, and others to the pages before: only within a second pages are counted.
    number = isLast || since > from ? 1 : number + 1;
    if (number === 1) came = 0;
    // As long as that is not more than a page; never further back, where what has been seen is forgotten.
    if (isLast && seen.size < size) since = earlier > from ? earlier : from;
    if (isLast) begun = since;
    return { events, isUnfinished: !isLast };
  };
}
