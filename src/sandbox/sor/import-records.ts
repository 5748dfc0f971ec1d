import type { SorDatabase } from './database.ts';
import { jid } from './names.ts';

/** A CSV import that was accepted. */
export interface ImportJob {
  importId: string;
  /** For support only. */
  jid: string;
  /** Milliseconds since 1970. */
  started: number;
}

/** A value that an import or a feed refused. */
export interface AttributeError {
  /** The import's id, or the id of the feed request. */
  jobId: string;
  customerId: string | null;
  key: string | null;
  sor: string;
  /** Milliseconds since 1970. */
  date: number;
  source: string;
  message: string;
  /** The request for that value as JSON, its API key included. */
  raw: string;
}

const WEEK = 7 * 86_400_000;

/** The imports of the last week and what went wrong in them. */
export class ImportRecords {
  readonly #database: SorDatabase;

  constructor(database: SorDatabase) {
    this.#database = database;
  }

  begin(now: number): ImportJob {
    const job = { jid: jid(), started: now };
    const number = this.#database.run(
      'insert into import_job (jid, started) values (?, ?)',
      job.jid,
      job.started,
    );
    return { importId: `import_id_${number}`, ...job };
  }

  jobs(now: number): ImportJob[] {
    const sql = 'select number, jid, started from import_job where started > ? order by number';
    return this.#database
      .all<{ number: number; jid: string; started: number }>(sql, now - WEEK)
      .map(({ number, ...job }) => ({ importId: `import_id_${number}`, ...job }));
  }

  fail(error: AttributeError): void {
    this.#database.run(
      `insert into attribute_error (job_id, customer_id, key, sor, date, source, message, raw)
        values (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[error.jobId, error.customerId, error.key, error.sor, error.date, error.source, error.message],
      error.raw,
    );
  }

  errors(jobId: string, customerId: string | undefined, now: number): AttributeError[] {
    const sql = `select job_id as jobId, customer_id as customerId, key, sor, date, source, message, raw
      from attribute_error where job_id = ? and date > ? and (? is null or customer_id = ?) order by rowid`;
    const wanted = customerId ?? null;
    return this.#database.all<AttributeError>(sql, jobId, now - WEEK, wanted, wanted);
  }
}
