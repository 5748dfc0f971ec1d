import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { ColumnIndex, type Row } from './columns/column-index.ts';
import { FIRST_GENERATED_ID, type Generator, generatedId } from './generated-row.ts';
import type { ListQuery } from './list-query.ts';
import { type HoodRecord, keyOf, readRecord, writeRecord } from './record.ts';
import {
  comparedColumns,
  keyColumns,
  RESOURCE_NAMES,
  RESOURCES,
  type Resource,
  type ResourceName,
} from './resources.ts';

/** Rows of one `INSERT`: SQLite takes them in half the time. */
const BATCH = 50;

/** Marks a file as a finished store; to be raised when tables, keys or generated rows change. */
const FORMAT = 3;

/** The first query of a list that is not longer than this can wait until its columns are read and sorted. */
const READ_WHEN_ASKED = 20_000;

/**
 * The rows of the four lists, in SQLite. A row is kept as its printed text beside the columns that queries compare,
 * which memory has as well. Of generated rows only these columns are kept until something changes them: the rest is
 * computed again, so that a million rows take little room and time.
 */
export class HoodStore {
  readonly #database: DatabaseSync;
  readonly #generators: Record<ResourceName, Generator>;
  readonly #statements = new Map<string, StatementSync>();
  readonly #indexes = new Map<ResourceName, ColumnIndex>();
  /** Whether it is empty because the file held no store yet. */
  readonly isNew: boolean;

  /** `file` may be `:memory:`. An existing store in it is used as it is. */
  constructor(file: string, generators: Record<ResourceName, Generator>) {
    this.#database = new DatabaseSync(file);
    this.#generators = generators;
    this.#database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;');
    this.isNew = this.#pragma('schema_version') === 0;
    if (!this.isNew && this.#pragma('user_version') !== FORMAT)
      throw new Error(`${file} holds something else, or was not finished: delete it or name another file`);
    if (this.isNew) for (const name of RESOURCE_NAMES) this.#createTable(RESOURCES[name]);
  }

  /** One page and the size of the whole filtered list. */
  list(name: ResourceName, query: ListQuery): { total: number; records: HoodRecord[] } {
    const { total, ranks } = this.#indexOf(name).page(query);
    return { total, records: ranks.map((rank) => this.#recordAt(name, rank)) };
  }

  /** The row with this id. */
  find(name: ResourceName, id: string): HoodRecord | undefined {
    const found = this.#statement(`SELECT rank FROM ${tableOf(RESOURCES[name])} WHERE id = ?`).get(id);
    return found && this.#recordAt(name, Number(found.rank));
  }

  /** Whether any row has this value in a filterable column. */
  has(name: ResourceName, column: string, value: string): boolean {
    const sql = `SELECT 1 FROM ${tableOf(RESOURCES[name])} WHERE "${column}" = ? LIMIT 1`;
    return this.#statement(sql).get(value) !== undefined;
  }

  /** An id that no row has, larger than every other. */
  nextId(name: ResourceName): string {
    const { largest } = this.#statement(
      `SELECT max(rank) AS largest FROM ${tableOf(RESOURCES[name])}`,
    ).get() as { largest: number | null };
    return String(Math.max(largest ?? 0, FIRST_GENERATED_ID - 1) + 1);
  }

  /** Adds rows; no two may have the same `id`. */
  insert(name: ResourceName, records: readonly HoodRecord[]): void {
    const resource: Resource = RESOURCES[name];
    const table = tableOf(resource);
    const columns = keyColumns(resource);
    const lowest = this.#statement(`SELECT min(rank) AS lowest FROM ${table}`).get() as {
      lowest: number | null;
    };
    let below = Math.min(lowest.lowest ?? 0, 0);
    this.#indexes.delete(name);
    this.#write((run) => {
      for (const record of records) {
        const id = record.id === undefined ? null : String(record.id);
        // Numeric ids rank as numbers: they break the ties of `create_time`. Others (tests have them) come last.
        const rank = /^\d{1,15}$/.test(id ?? '') ? Number(id) : --below;
        const keys = columns.map((column) => keyOf(resource, record, column));
        run(insertInto(table, ['rank', 'id', 'record', ...columns]), rank, id, writeRecord(record), ...keys);
      }
    });
  }

  /** Makes `records` the only rows. */
  replace(name: ResourceName, records: readonly HoodRecord[]): void {
    this.#write((run) => run(`DELETE FROM ${tableOf(RESOURCES[name])}`));
    this.insert(name, records);
  }

  /** Overwrites some fields of a row that exists. */
  change(name: ResourceName, id: string, changes: HoodRecord): void {
    const resource: Resource = RESOURCES[name];
    const { rank } = this.#statement(`SELECT rank FROM ${tableOf(resource)} WHERE id = ?`).get(id) as {
      rank: number;
    };
    const record = { ...this.#recordAt(name, rank), ...changes };
    const keys = Object.fromEntries(
      keyColumns(resource).map((column) => [column, keyOf(resource, record, column)]),
    );
    const set = ['record', ...Object.keys(keys)].map((column) => `"${column}" = ?`).join(', ');
    this.#write((run) =>
      run(
        `UPDATE ${tableOf(resource)} SET ${set} WHERE rank = ?`,
        writeRecord(record),
        ...Object.values(keys),
        rank,
      ),
    );
    this.#indexes.get(name)?.change(rank, keys);
  }

  /** Adds the list's first `count` generated rows. */
  generate(name: ResourceName, count: number): void {
    const resource: Resource = RESOURCES[name];
    const columns = keyColumns(resource);
    const rows = this.#generators[name].only([...columns, ...Object.values(resource.spelledAlso)]);
    const table = tableOf(resource);
    this.#indexes.delete(name);
    this.#write((run) => {
      for (let first = 0; first < count; first += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, count - first) }, (_, n) => first + n);
        const values = batch.flatMap((n) => {
          const row = rows.row(n);
          const keys = columns.map((column) => keyOf(resource, row, column));
          return [FIRST_GENERATED_ID + n, generatedId(n), ...keys];
        });
        run(insertInto(table, ['rank', 'id', ...columns], batch.length), ...values);
      }
    });
  }

  /** To be called once, after the first rows are in. Only then a file can be used again. */
  finish(): void {
    this.#database.exec(`PRAGMA user_version = ${FORMAT}`);
  }

  /** Reads and sorts the columns of long lists, so that their first queries are answered as soon as all others. */
  warmUp(): void {
    for (const name of RESOURCE_NAMES) {
      if (this.#count(RESOURCES[name]) <= READ_WHEN_ASKED) continue;
      const index = this.#indexOf(name);
      for (const column of ['create_time', ...RESOURCES[name].sortable]) index.sort(column);
    }
  }

  close(): void {
    this.#database.close();
  }

  #pragma(name: 'schema_version' | 'user_version'): unknown {
    return this.#database.prepare(`PRAGMA ${name}`).get()?.[name];
  }

  #createTable(resource: Resource): void {
    const keys = keyColumns(resource).map((column) => `"${column}"`);
    this.#database.exec(
      `CREATE TABLE ${tableOf(resource)} (rank INTEGER PRIMARY KEY, id TEXT UNIQUE, record TEXT, ${keys.join(', ')})`,
    );
  }

  #indexOf(name: ResourceName): ColumnIndex {
    let index = this.#indexes.get(name);
    if (!index) {
      index = this.#readIndex(RESOURCES[name]);
      this.#indexes.set(name, index);
    }
    return index;
  }

  #readIndex(resource: Resource): ColumnIndex {
    const columns = comparedColumns(resource);
    const names = columns.map((column) => `"${column}"`).join(', ');
    const rows = this.#database.prepare(`SELECT rank, ${names} FROM ${tableOf(resource)} ORDER BY rank`);
    rows.setReturnArrays(true);
    return new ColumnIndex(
      resource,
      columns,
      this.#count(resource),
      rows.iterate() as unknown as Iterable<Row>,
    );
  }

  #count(resource: Resource): number {
    const counted = this.#statement(`SELECT count(*) AS count FROM ${tableOf(resource)}`).get();
    return Number(counted?.count);
  }

  #recordAt(name: ResourceName, rank: number): HoodRecord {
    const sql = `SELECT record FROM ${tableOf(RESOURCES[name])} WHERE rank = ?`;
    const { record } = this.#statement(sql).get(rank) as { record: string | null };
    return record === null ? this.#generators[name].row(rank - FIRST_GENERATED_ID) : readRecord(record);
  }

  #write(work: (run: (sql: string, ...values: SQLInputValue[]) => void) => void): void {
    this.#database.exec('BEGIN');
    try {
      work((sql, ...values) => this.#statement(sql).run(...values));
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function tableOf(resource: Resource): string {
  return `"${resource.path}"`;
}

function insertInto(table: string, columns: readonly string[], rows = 1): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const places = `(${columns.map(() => '?').join(', ')})`;
  return `INSERT INTO ${table} (${names}) VALUES ${Array(rows).fill(places).join(', ')}`;
}
