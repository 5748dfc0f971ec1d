import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** Times are milliseconds since 1970. Values are JSON text, so that a number keeps its digits. */
const SCHEMA = `
  create table if not exists system (
    id integer primary key autoincrement, identifier text not null unique, name text not null, type text not null,
    api_keys text not null, disabled integer not null default 0, updated integer not null);
  create table if not exists attribute (
    id integer primary key autoincrement, identifier text not null unique, system_id integer not null, key text not null,
    label text not null, value_type text not null, sources text not null, disabled integer not null default 0,
    in_use integer not null default 0, generated integer not null default 0, removed integer not null default 0,
    created integer not null, updated integer not null);
  create unique index if not exists attribute_key on attribute (system_id, key) where removed = 0;
  create table if not exists profile (
    position integer primary key, customer_id text not null, type text not null, updated integer not null,
    unique (customer_id, type));
  create index if not exists profile_type on profile (type, position);
  create index if not exists profile_updated on profile (updated);
  create table if not exists value (
    position integer not null, attribute_id integer not null, json text, since integer, held integer, elements text,
    primary key (position, attribute_id)) without rowid;
  create table if not exists installation (
    position integer not null, app_id text not null, sor_id text not null, device_id text not null, used integer not null,
    primary key (position, app_id, device_id)) without rowid;
  create index if not exists installation_device on installation (device_id, used);
  create table if not exists import_job (
    number integer primary key autoincrement, jid text not null, started integer not null);
  create table if not exists attribute_error (
    job_id text not null, customer_id text, key text, sor text not null, date integer not null, source text not null,
    message text not null, raw text not null);
  create index if not exists attribute_error_job on attribute_error (job_id, customer_id);
  create table if not exists origin (profiles integer not null);
`;

/** The SOR's tables, with every statement prepared once. */
export class SorDatabase implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens `file`, made if it is not there; without one the data is gone with the process. */
  constructor(file = ':memory:') {
    this.#database = new DatabaseSync(file);
    this.#database.exec('pragma journal_mode = wal; pragma synchronous = normal;');
    this.#database.exec(SCHEMA);
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    // The statement beside each call says which columns a row has.
    return this.#prepared(sql).all(...values) as Row[];
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...values) as Row | undefined;
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).lastInsertRowid);
  }

  /** All of `work` or nothing of it. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec('begin');
    try {
      const result = work();
      this.#database.exec('commit');
      return result;
    } catch (error) {
      this.#database.exec('rollback');
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
