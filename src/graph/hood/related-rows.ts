import DataLoader from 'dataloader';
import { type HoodRow, isRow } from '../../sources/hood/answers.ts';
import { type Condition, compare, memberOf } from '../../sources/hood/grammar.ts';
import { idLists } from '../../sources/id-lists.ts';
import type { Connection } from '../connection.ts';
import type { Context } from '../context.ts';
import { listConnection } from '../list-connection.ts';
import type { WindowArguments } from '../paging/window.ts';
import type { ListSource } from './list-inputs.ts';
import {
  cursorsOf,
  type ListArguments,
  listRequest,
  maximumOf,
  type RowNeeds,
  readOwn,
  readRows,
} from './list-reading.ts';
import { timeOrderOf } from './time-order.ts';

/** A window of the rows that belong to one key. */
export interface RelatedLookup extends RowNeeds {
  key: string;
  window: WindowArguments;
  args: Pick<ListArguments, 'filter' | 'orderBy'>;
}

type Related = Connection<HoodRow | Error>;

/**
 * Rows of a collection by a field that many of them share, such as `client_id`, for one operation: one call for all
 * keys of a tick that ask for the same filter and order, paged on for as long as that is cheaper than a call each.
 */
export class RelatedRows {
  readonly #source: ListSource;
  readonly #field: string;
  readonly #context: Context;
  readonly #loader: DataLoader<RelatedLookup, Related>;

  /** `field` is the upstream's name of what the rows share. */
  constructor(source: ListSource, field: string, context: Context) {
    this.#source = source;
    this.#field = field;
    this.#context = context;
    this.#loader = new DataLoader((lookups) => this.#fetch(lookups), { cache: false });
  }

  /** A window of one key's rows; a call of its own unless it starts at the first one. Throws `BadInput`. */
  async load(lookup: RelatedLookup): Promise<Related> {
    const { after, last, before } = lookup.window;
    const isFromTheFirst = after == null && last == null && before == null;
    return isFromTheFirst ? this.#loader.load(lookup) : this.#readAlone(lookup);
  }

  async #fetch(lookups: readonly RelatedLookup[]): Promise<(Related | Error)[]> {
    const results = new Map<RelatedLookup, Related | Error>();
    const alike = Map.groupBy(lookups, ({ args }) => JSON.stringify([args.filter, args.orderBy]));
    await Promise.all(
      [...alike.values()].flatMap(inChunks).map(async (group) => {
        for (const [lookup, result] of await this.#readGroup(group)) results.set(lookup, result);
      }),
    );
    return lookups.map((lookup) => results.get(lookup) ?? new TypeError('Every lookup has a result.'));
  }

  /** Each lookup of the group with its own result: where each is a call of its own, one may fail alone. */
  async #readGroup(group: readonly RelatedLookup[]): Promise<(readonly [RelatedLookup, Related | Error])[]> {
    const keys = [...new Set(group.map(({ key }) => key))];
    try {
      const rows = keys.length > 1 ? await this.#readTogether(group, keys) : undefined;
      if (rows) return group.map((lookup) => [lookup, this.#cut(lookup, rows.get(lookup.key) ?? [])]);
    } catch (error) {
      return group.map((lookup) => [lookup, error as Error]);
    }
    return Promise.all(
      group.map(async (lookup) => [lookup, await this.#readAlone(lookup).catch((error: Error) => error)] as const),
    );
  }

  /** All rows of several keys; undefined when a call for each key is cheaper than so many pages. */
  async #readTogether(group: readonly RelatedLookup[], keys: readonly string[]) {
    const { query } = listRequest(this.#source, group[0]?.args ?? {}, this.#condition(memberOf(keys)));
    if (query === 'nothing') return new Map<string, HoodRow[]>();
    const fields = [...new Set([this.#field, ...group.flatMap((lookup) => lookup.fields)])].sort();
    const maximum = maximumOf(this.#source.collection, this.#context);
    const readRange = (offset: number, size: number) =>
      readRows(this.#source.collection, query, fields, { kind: 'range', offset, size }, this.#context);
    const rows = new Map<string, HoodRow>();
    for (let offset = 0, size = maximum.largest; ; ) {
      const read = await readRange(offset, size);
      for (const row of read.rows) if (isRow(row)) rows.set(String(row.id), row);
      offset += read.rows.length;
      const { largest } = maximum;
      // Where rows are lacking, the total may be of another list: the next page tells.
      const isDoubtful = read.rows.length < size;
      const isOver =
        !read.hasNext ||
        (isDoubtful && (await readRange(Math.ceil(offset / largest) * largest, largest)).rows.length === 0);
      if (isOver) return Map.groupBy(rows.values(), (row) => this.#keyOf(row));
      // The total is a hint of how much is left; a window is never more than nine calls.
      const total = isDoubtful ? offset : (read.total ?? offset);
      if (total / largest > keys.length) return undefined;
      size = largest * Math.max(1, Math.min(8, Math.ceil((total - offset) / largest)));
    }
  }

  #readAlone({ key, window, args, ...needs }: RelatedLookup): Promise<Related> {
    return readOwn(this.#source.collection, this.#request(key, args), window, needs, this.#context);
  }

  #cut({ key, window, args }: RelatedLookup, rows: readonly HoodRow[]): Related {
    const { query, listKey } = this.#request(key, args);
    const order = query === 'nothing' ? undefined : timeOrderOf(query.sort);
    const { cursors, hood } = this.#context;
    const own = listConnection(rows, window, { listKey, cursors, maximum: hood.settings.maxPageSize });
    return {
      ...own,
      cursorOf: cursorsOf({ rows: own.rows, offset: window.offset ?? 0, total: own.total }, order, cursors.of(listKey)),
    };
  }

  #keyOf(row: HoodRow): string {
    return String((row as unknown as Record<string, unknown>)[this.#field]);
  }

  /** The list of one key, however it is read: its cursors are good for `after` in a call of its own. */
  #request(key: string, args: RelatedLookup['args']) {
    return listRequest(this.#source, args, this.#condition(compare('eq', key)));
  }

  #condition(condition: Condition): Record<string, Condition> {
    return { [this.#field]: condition };
  }
}

/** Lookups in calls of at most 4 kB of keys, all of one key together; one with a comma cannot stand in a list. */
function inChunks(lookups: readonly RelatedLookup[]): RelatedLookup[][] {
  const byKey = Map.groupBy(lookups, ({ key }) => key);
  const keys = [...byKey.keys()];
  const alone = keys.filter((key) => key.includes(',')).map((key) => [key]);
  const together = idLists(keys.filter((key) => !key.includes(',')));
  return [...alone, ...together].map((chunk) => chunk.flatMap((key) => byKey.get(key) ?? []));
}
