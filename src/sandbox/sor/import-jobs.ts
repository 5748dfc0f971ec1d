import type { Journal, KeptMap } from '../journal.ts';
import { randomHex } from './random-names.ts';

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
export class ImportJobs {
  readonly #jobs: KeptMap<ImportJob>;
  readonly #errors: KeptMap<AttributeError>;

  constructor(journal: Journal) {
    this.#jobs = journal.map('jobs');
    this.#errors = journal.map('errors');
  }

  begin(now: number): ImportJob {
    const job = { importId: `import_id_${this.#jobs.size + 1}`, jid: randomHex(12), started: now };
    this.#jobs.set(job.importId, job);
    return job;
  }

  fail(error: AttributeError): void {
    this.#errors.set(String(this.#errors.size), error);
  }

  jobs(now: number): ImportJob[] {
    return [...this.#jobs.values()].filter(({ started }) => started > now - WEEK);
  }

  errors(jobId: string, customerId: string | undefined, now: number): AttributeError[] {
    return [...this.#errors.values()]
      .filter((error) => error.jobId === jobId && error.date > now - WEEK)
      .filter((error) => customerId === undefined || error.customerId === customerId);
  }
}
