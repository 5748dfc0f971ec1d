import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Row } from './columns/column-index.ts';
import { FIRST_GENERATED_ID, generatedId } from './generated-row.ts';
import { type HoodRecord, type Key, keyOf, readRecord, writeRecord } from './record.ts';
import { comparedColumns, keyColumns, type Resource } from './resources.ts';

/** Rows of one `INSERT`: SQLite takes them in half the time. */
const BATCH = 50;

/** A row that was added, as queries see it. */
export interface AddedRow {
  rank: number;
  keys: Record<string, Key | null>;
}

/**
 * The rows of one list in SQLite, each with a rank that breaks the ties of its `create_time`. A row is kept as its
 * printed text beside the columns that queries compare. Of generated rows only these columns are kept until something
 * changes them: the rest is computed again, so that a million rows take little room and time.
 */
export class Table {
  readonly #database: DatabaseSync;
  readonly #resource: Resource;
  readonly #name: string;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, resource: Resource) {
    this.#database = database;
    this.#resource = resource;
    this.#name = `"${resource.path}"`;
  }

  /** To be called once for a new file. */
  create(): void {
    const keys = keyColumns(this.#resource).map((column) => `"${column}"`);
    this.#database.exec(
      `CREATE TABLE ${this.#name} (rank INTEGER PRIMARY KEY, id TEXT UNIQUE, record TEXT, ${keys.join(', ')})`,
    );
  }

  /** How many rows there are. */
  get count(): number {
    return Number(this.#statement(`SELECT count(*) AS count FROM ${this.#name}`).get()?.count);
  }

  /** The ranks of the first and the last row; 0 where there is none. */
  get ranks(): { lowest: number; highest: number } {
    // Both in one query would read all rows.
    const end = (which: 'min' | 'max') =>
      Number(this.#statement(`SELECT ${which}(rank) AS rank FROM ${this.#name}`).get()?.rank);
    return { lowest: end('min'), highest: end('max') };
  }

  /** The rank of the row with this id. */
  rankOf(id: string): number | undefined {
    const found = this.#statement(`SELECT rank FROM ${this.#name} WHERE id = ?`).get(id);
    return found && Number(found.rank);
  }

  /** The row of a rank that there is. */
  recordAt(rank: number): HoodRecord {
    const found = this.#statement(`SELECT record FROM ${this.#name} WHERE rank = ?`).get(rank);
    const { record } = found as { record: string | null };
    return record === null ? this.#resource.generator.row(rank - FIRST_GENERATED_ID) : readRecord(record);
  }

  /** Every row with its keys in all columns that are compared, by rising rank. */
  rows(): Iterable<Row> {
    const names = comparedColumns(this.#resource).map((column) => `"${column}"`);
    const all = this.#database.prepare(`SELECT rank, ${names.join(', ')} FROM ${this.#name} ORDER BY rank`);
    all.setReturnArrays(true);
    // Its types know of objects only.
    return all.iterate() as unknown as Iterable<Row>;
  }

  /** Adds rows; no two may have the same `id`. */
  insert(records: readonly HoodRecord[]): AddedRow[] {
    let below = Math.min(this.ranks.lowest, 0);
    // Numeric ids rank as numbers. Others (tests have them) come last.
    const rankFor = (id: string | null) => (/^\d{1,15}$/.test(id ?? '') ? Number(id) : --below);
    return this.#write((run) =>
      records.map((record) => {
        const id = record.id === undefined ? null : String(record.id);
        const row = { rank: rankFor(id), keys: this.#keysOf(record) };
        const columns = ['rank', 'id', 'record', ...Object.keys(row.keys)];
        run(this.#insertInto(columns), row.rank, id, writeRecord(record), ...Object.values(row.keys));
        return { ...row, keys: { id, ...row.keys } };
      }),
    );
  }

  /** Overwrites some fields of a row that there is, and returns its keys. */
  change(rank: number, changes: HoodRecord): Record<string, Key | null> {
    const record = { ...this.recordAt(rank), ...changes };
    const keys = this.#keysOf(record);
    const set = ['record', ...Object.keys(keys)].map((column) => `"${column}" = ?`).join(', ');
    const sql = `UPDATE ${this.#name} SET ${set} WHERE rank = ?`;
    this.#write((run) => run(sql, writeRecord(record), ...Object.values(keys), rank));
    return keys;
  }

  /** Removes all rows. */
  clear(): void {
    this.#write((run) => run(`DELETE FROM ${this.#name}`));
  }

  /** Adds the list's first `count` generated rows. */
  generate(count: number): void {
    const columns = keyColumns(this.#resource);
    const rows = this.#resource.generator.only([...columns, ...Object.values(this.#resource.spelledAlso)]);
    this.#write((run) => {
      for (let first = 0; first < count; first += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, count - first) }, (_, n) => first + n);
        const values = batch.flatMap((n) => {
          const row = rows.row(n);
          const keys = columns.map((column) => keyOf(this.#resource, row, column));
          return [FIRST_GENERATED_ID + n, generatedId(n), ...keys];
        });
        run(this.#insertInto(['rank', 'id', ...columns], batch.length), ...values);
      }
    });
  }

  #keysOf(record: HoodRecord): Record<string, Key | null> {
    const columns = keyColumns(this.#resource);
    return Object.fromEntries(columns.map((column) => [column, keyOf(this.#resource, record, column)]));
  }

  #insertInto(columns: readonly string[], rows = 1): string {
    const names = columns.map((column) => `"${column}"`).join(', ');
    const places = `(${columns.map(() => '?').join(', ')})`;
    return `INSERT INTO ${this.#name} (${names}) VALUES ${Array(rows).fill(places).join(', ')}`;
  }

  #write<Result>(work: (run: (sql: string, ...values: SQLInputValue[]) => void) => Result): Result {
    this.#database.exec('BEGIN');
    try {
      const result = work((sql, ...values) => this.#statement(sql).run(...values));
      this.#database.exec('COMMIT');
      return result;
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
