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

/** A list that has the rows of its keys among those of others, of which the first one is not of the key `other`. */
interface AmongOthers {
  list: HoodList;
  other: string;
}

/** What was read together, by keys. */
type Found = ReadonlyMap<string, HoodRow[] | AmongOthers>;

/** An API that ignores which rows it is asked for is not read on for more pages than this. */
const MOST_PAGES_OF_ALL = 3;

/**
 * Rows of a collection by a field that many of them share, such as `client_id`, for one operation: one call for all
 * keys of a tick that ask for the same filter and order, paged on for as long as that is cheaper than a call each. A
 * window that does not start at the first row is a call of its own. `field` is the upstream's name of what they share.
 */
export function relatedRows(source: ListSource, field: string, context: Context) {
  const loader = new DataLoader<RelatedLookup, HoodRows>(
    (lookups) => {
      const alike = Map.groupBy(lookups, ({ args }) => JSON.stringify([args.filter, args.orderBy]));
      const found = new Map([...alike.values()].flatMap(inChunks).flatMap(readGroup));
      return Promise.all(
        lookups.map((lookup) => found.get(lookup)?.catch((error: Error) => error) as Promise<HoodRows>),
      );
    },
    { cache: false },
  );

  /** What comes of each lookup of a group that is read together. */
  function readGroup(group: readonly RelatedLookup[]) {
    const together = readTogether(group);
    let isIgnored: Promise<boolean> | undefined;
    const readOne = async (lookup: RelatedLookup): Promise<HoodRows> => {
      const found = (await together).get(lookup.key);
      if (found instanceof Error) throw found;
      if (Array.isArray(found)) return lookup.list.cutFromFirst(found, lookup.window);
      if (!found) return readAlone(lookup);
      // Whether the API tells keys apart where it is asked for one alone.
      const tried = group.find(({ key }) => key === found.other) ?? lookup;
      isIgnored ??= readAlone(tried).then(
        ({ isPartial = false }) => isPartial,
        () => false,
      );
      return (await isIgnored) ? lookup.list.read(lookup.window, needsOf(group), found.list.query) : readAlone(lookup);
    };
    return group.map((lookup) => [lookup, readOne(lookup)] as const);
  }

  /** What all lookups of a group need of rows. */
  function needsOf(group: readonly RelatedLookup[]): RowNeeds {
    const fields = [...new Set([field, ...group.flatMap(({ needs }) => needs.fields)])].sort();
    return { fields, onlyTotal: false };
  }

  /** All rows of several keys; those of which each key is better read alone are left out. */
  async function readTogether(
    group: readonly RelatedLookup[],
  ): Promise<ReadonlyMap<string, HoodRow[] | AmongOthers | Error>> {
    const keys = [...new Set(group.map(({ key }) => key))];
    if (keys.length === 1) return new Map();
    const { fields } = needsOf(group);
    const args = group[0]?.args ?? {};
    return context.hood.readTogether(source.collection, field, keys, (part, isPart) => {
      const { operation } = context;
      const own = isPart ? contextOf(operation.part({ repeats: 'part' }), context) : context;
      return readWhole(hoodList(source, args, own, { [field]: { in: part } }), fields, part);
    });
  }

  /**
   * All rows of a list by its keys. None when a call for each key is cheaper than so many pages, and the list itself when
   * it has those of others as well, and too many.
   */
  async function readWhole(list: HoodList, fields: readonly string[], keys: readonly string[]): Promise<Found> {
    const rows = new Map<string, HoodRow>();
    const own = new Set(keys);
    const keyOf = (row: HoodRow) => textOf(row[field as keyof HoodRow]) ?? '';
    for (let offset = 0, size = list.sizes.most; !list.isNothing; ) {
      const read = await list.readRange(fields, { offset, size });
      for (const row of read.rows) if (isRow(row)) rows.set(String(row.id), row);
      if (!read.hasNext) break;
      offset += read.rows.length;
      // Where rows are lacking, the total may be of another list.
      const { total = offset } = read.rows.length < size ? {} : read;
      const { most } = list.sizes;
      const owners = rows.values().map(keyOf).toArray();
      const hasOthers = owners.some((key) => !own.has(key));
      if (Math.max(total, offset) > most * Math.min(keys.length, hasOthers ? MOST_PAGES_OF_ALL : keys.length)) {
        const other = keys.find((key) => key !== owners[0]) ?? '';
        return new Map(hasOthers ? keys.map((key) => [key, { list, other }]) : []);
      }
      // The total is a hint of how much is left; a window is never more than nine calls.
      size = most * Math.max(1, Math.min(8, Math.ceil((total - offset) / most)));
    }
    const found = Map.groupBy(rows.values(), keyOf);
    return new Map(keys.map((key) => [key, found.get(key) ?? []]));
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
