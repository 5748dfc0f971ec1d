import { DatabaseSync } from 'node:sqlite';
import { ColumnIndex } from './columns/column-index.ts';
import { FIRST_GENERATED_ID } from './generated-row.ts';
import type { ListQuery } from './list-query.ts';
import type { HoodRecord } from './record.ts';
import { RESOURCE_NAMES, RESOURCES, type ResourceName } from './resources.ts';
import { Table } from './table.ts';

/** Marks a file as a finished store; to be raised when tables, keys or generated rows change. */
const FORMAT = 3;

/** The first query of a list that is not longer than this can wait until its columns are read and sorted. */
const READ_WHEN_ASKED = 20_000;

/** What every list has, and most orders are by. */
const TIMES = ['create_time', 'update_time'];

/** The four lists: their rows in SQLite, and what queries compare of them in memory, which finds any page at once. */
export class HoodStore {
  readonly #database: DatabaseSync;
  readonly #tables: Readonly<Record<ResourceName, Table>>;
  readonly #indexes = new Map<ResourceName, ColumnIndex>();
  /** Whether it is empty because the file held no store yet. */
  readonly isNew: boolean;

  /** `file` may be `:memory:`. An existing store in it is used as it is. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;');
    const tables = RESOURCE_NAMES.map((name) => [name, new Table(this.#database, RESOURCES[name])]);
    this.#tables = Object.fromEntries(tables);
    this.isNew = this.#pragma('schema_version') === 0;
    if (!this.isNew && this.#pragma('user_version') !== FORMAT)
      throw new Error(`${file} holds something else, or was not finished: delete it or name another file`);
    if (this.isNew) for (const name of RESOURCE_NAMES) this.#tables[name].create();
  }

  /** One page and the size of the whole filtered list. */
  list(name: ResourceName, query: ListQuery): { total: number; records: HoodRecord[] } {
    const { total, ranks } = this.#indexOf(name).page(query);
    return { total, records: ranks.map((rank) => this.#tables[name].recordAt(rank)) };
  }

  /** The row with this id. */
  find(name: ResourceName, id: string): HoodRecord | undefined {
    const rank = this.#tables[name].rankOf(id);
    return rank === undefined ? undefined : this.#tables[name].recordAt(rank);
  }

  /** Whether any row has this value in a column that is filtered by. */
  has(name: ResourceName, column: string, value: string): boolean {
    return this.#indexOf(name).has(column, value);
  }

  /** An id that no row has, larger than every other. */
  nextId(name: ResourceName): string {
    return String(Math.max(this.#tables[name].ranks.highest, FIRST_GENERATED_ID - 1) + 1);
  }

  /** Adds rows; no two may have the same `id`. */
  insert(name: ResourceName, records: readonly HoodRecord[]): void {
    const { highest } = this.#tables[name].ranks;
    const [added, ...others] = this.#tables[name].insert(records);
    if (!added) return;
    // A row of a low rank would move the numbers of all behind it.
    if (others.length > 0 || added.rank <= highest) this.#indexes.delete(name);
    else this.#indexes.get(name)?.append(added.rank, added.keys);
  }

  /** Makes `records` the only rows. */
  replace(name: ResourceName, records: readonly HoodRecord[]): void {
    this.#indexes.delete(name);
    this.#tables[name].clear();
    this.#tables[name].insert(records);
  }

  /** Overwrites some fields of a row that exists. */
  change(name: ResourceName, id: string, changes: HoodRecord): void {
    const rank = this.#tables[name].rankOf(id);
    if (rank === undefined) throw new RangeError(`Expected an id of ${name}.`);
    const keys = this.#tables[name].change(rank, changes);
    this.#indexes.get(name)?.change(rank, keys);
  }

  /** Adds the list's first `count` generated rows. */
  generate(name: ResourceName, count: number): void {
    this.#indexes.delete(name);
    this.#tables[name].generate(count);
  }

  /** To be called once, after the first rows are in. Only then a file can be used again. */
  finish(): void {
    this.#database.exec(`PRAGMA user_version = ${FORMAT}`);
  }

  /** Reads long lists and sorts them by their times, so that first queries are answered as soon as all others. */
  warmUp(): void {
    for (const name of RESOURCE_NAMES) {
      if (this.#tables[name].count <= READ_WHEN_ASKED) continue;
      const index = this.#indexOf(name);
      for (const column of TIMES) index.sort(column);
    }
  }

  close(): void {
    this.#database.close();
  }

  #pragma(name: 'schema_version' | 'user_version'): unknown {
    return this.#database.prepare(`PRAGMA ${name}`).get()?.[name];
  }

  #indexOf(name: ResourceName): ColumnIndex {
    let index = this.#indexes.get(name);
    if (!index) {
      const table = this.#tables[name];
      index = new ColumnIndex(RESOURCES[name], table.count, table.rows());
      this.#indexes.set(name, index);
    }
    return index;
  }
}
