import DataLoader from 'dataloader';
import { type HoodRow, isRow } from '../../sources/hood/answers.ts';
import { type Condition, compare, memberOf } from '../../sources/hood/grammar.ts';
import { idLists } from '../../sources/id-lists.ts';
import type { Connection } from '../connection.ts';
import type { Context } from '../context.ts';
import {
  type ListArguments,
  type ListSource,
  listRequest,
  type RowNeeds,
  readRequest,
  readRows,
} from './list-reading.ts';

/** The first rows of a list that belong to one key. */
export interface RelatedLookup extends RowNeeds {
  key: string;
  first: number;
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

  /** The rows of one key from the first on. Throws `BadInput` for a filter that cannot be asked for. */
  async load(lookup: RelatedLookup): Promise<Related> {
    return this.#loader.load(lookup);
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
      group.map(
        async (lookup) => [lookup, await this.#readAlone(lookup).catch((error: Error) => error)] as const,
      ),
    );
  }

  /** All rows of several keys; undefined when a call for each key is cheaper than so many pages. */
  async #readTogether(group: readonly RelatedLookup[], keys: readonly string[]) {
    const { query } = listRequest(this.#source, group[0]?.args ?? {}, this.#condition(memberOf(keys)));
    if (query === 'nothing') return new Map<string, HoodRow[]>();
    const fields = [...new Set([this.#field, ...group.flatMap((lookup) => lookup.fields)])].sort();
    const size = this.#context.hood.settings.maxPageSize;
    const read = (offset: number, size: number) =>
      readRows(this.#source.collection, query, fields, { kind: 'range', offset, size }, this.#context);

    const start = await read(0, size);
    const left = (start.total ?? (start.hasNext ? Infinity : start.rows.length)) - start.rows.length;
    if (Math.ceil(left / size) >= keys.length) return undefined;
    const rest = left > 0 ? await read(start.rows.length, left) : undefined;
    const rows = [...start.rows, ...(rest?.rows ?? [])].filter(isRow);
    const seen = new Map(rows.map((row) => [String(row.id), row]));
    return Map.groupBy(seen.values(), (row) =>
      String((row as unknown as Record<string, unknown>)[this.#field]),
    );
  }

  async #readAlone({ key, first, args, ...needs }: RelatedLookup): Promise<Related> {
    const window = { kind: 'range', offset: 0, size: first } as const;
    return readRequest(this.#source.collection, this.#request(key, args), window, needs, this.#context);
  }

  #cut({ key, first, args }: RelatedLookup, rows: readonly HoodRow[]): Related {
    const { listKey } = this.#request(key, args);
    const total = rows.length;
    return {
      rows: rows.slice(0, first),
      offset: 0,
      total,
      hasNext: total > first,
      hasPrevious: false,
      listKey,
      cursors: this.#context.cursors,
    };
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
