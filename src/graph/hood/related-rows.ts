import DataLoader from 'dataloader';
import { textOf } from '../../sources/exact-values.ts';
import { type HoodRow, isRow } from '../../sources/hood/rows.ts';
import { idLists } from '../../sources/id-lists.ts';
import { type Context, contextOf } from '../context.ts';
import type { WindowArguments } from '../paging/window.ts';
import type { ListSource } from './list-inputs.ts';
import { type HoodList, type HoodRows, hoodList, type ListArguments, type RowNeeds } from './list-reading.ts';

/** A window of the rows that belong to one key. */
export interface RelatedLookup {
  key: string;
  /** The rows of this key alone: however they are read, its cursors are good for `after`. */
  list: HoodList;
  args: Pick<ListArguments, 'filter' | 'orderBy'>;
  window: WindowArguments;
  needs: RowNeeds;
}

/**
 * Rows of a collection by a field that many of them share, such as `client_id`, for one operation: one call for all
 * keys of a tick that ask for the same filter and order, paged on for as long as that is cheaper than a call each. A
 * window that does not start at the first row is a call of its own. `field` is the upstream's name of what they share.
 */
export function relatedRows(source: ListSource, field: string, context: Context) {
  const loader = new DataLoader<RelatedLookup, HoodRows>(
    (lookups) => {
      const alike = Map.groupBy(lookups, ({ args }) => JSON.stringify([args.filter, args.orderBy]));
      const groups = [...alike.values()].flatMap(inChunks).map((group) => [group, readTogether(group)] as const);
      const together = new Map(groups.flatMap(([group, rows]) => group.map((lookup) => [lookup, rows])));
      const found = lookups.map(async (lookup) => {
        const rows = (await together.get(lookup))?.get(lookup.key);
        if (rows instanceof Error) throw rows;
        return rows ? lookup.list.cutFromFirst(rows, lookup.window) : readAlone(lookup);
      });
      return Promise.all(found.map((rows) => rows.catch((error: Error) => error)));
    },
    { cache: false },
  );

  /** All rows of several keys; those of which each key is better read alone are left out. */
  async function readTogether(group: readonly RelatedLookup[]): Promise<ReadonlyMap<string, HoodRow[] | Error>> {
    const keys = [...new Set(group.map(({ key }) => key))];
    if (keys.length === 1) return new Map();
    const fields = [...new Set([field, ...group.flatMap(({ needs }) => needs.fields)])].sort();
    const args = group[0]?.args ?? {};
    return context.hood.readTogether(source.collection, field, keys, (part, isPart) => {
      const { operation } = context;
      const own = isPart ? contextOf(operation.repeating(), context) : context;
      return readWhole(hoodList(source, args, own, { [field]: { in: part } }), fields, part);
    });
  }

  /** All rows of a list by its keys; none when a call for each key is cheaper than so many pages. */
  async function readWhole(list: HoodList, fields: readonly string[], keys: readonly string[]) {
    const rows = new Map<string, HoodRow>();
    for (let offset = 0, size = list.sizes.most; !list.isNothing; ) {
      const read = await list.readRange(fields, { offset, size });
      for (const row of read.rows) if (isRow(row)) rows.set(String(row.id), row);
      if (!read.hasNext) break;
      offset += read.rows.length;
      // Where rows are lacking, the total may be of another list.
      const { total = offset } = read.rows.length < size ? {} : read;
      const { most } = list.sizes;
      if (total / most > keys.length) return new Map<string, HoodRow[]>();
      // The total is a hint of how much is left; a window is never more than nine calls.
      size = most * Math.max(1, Math.min(8, Math.ceil((total - offset) / most)));
    }
    const byKey = Map.groupBy(rows.values(), (row) => textOf(row[field as keyof HoodRow]) ?? '');
    return new Map(keys.map((key) => [key, byKey.get(key) ?? []]));
  }

  return (lookup: RelatedLookup): Promise<HoodRows> => {
    const { after, last, before } = lookup.window;
    return after == null && last == null && before == null ? loader.load(lookup) : readAlone(lookup);
  };
}

function readAlone({ list, window, needs }: RelatedLookup): Promise<HoodRows> {
  return list.read(window, needs);
}

/** Lookups in calls of at most 4 kB of keys, all of one key together; one with a comma cannot stand in a list. */
function inChunks(lookups: readonly RelatedLookup[]): RelatedLookup[][] {
  const byKey = Map.groupBy(lookups, ({ key }) => key);
  const keys = [...byKey.keys()];
  const alone = keys.filter((key) => key.includes(',')).map((key) => [key]);
  const together = idLists(keys.filter((key) => !key.includes(',')));
  return [...alone, ...together].map((chunk) => chunk.flatMap((key) => byKey.get(key) ?? []));
}
