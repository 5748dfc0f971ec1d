import type { Journal } from '../journal.ts';
import type { ApiRequest, Reply } from '../server.ts';
import { CustomerValues } from './customer-values.ts';
import type { Definitions } from './definitions.ts';
import { PendingWork } from './pending-work.ts';
import { ProfileStore } from './profiles.ts';

/** What can be set while the stand-in runs. */
export interface SorSettings {
  /** The largest page, whatever `num_per_page` asks for. */
  maxPageSize: number;
  /** How long a feed waits before it is applied, in milliseconds. */
  feedDelayMs: number;
  /** How long an import waits before it is processed, in milliseconds. */
  importDelayMs: number;
}

/** What the stand-in holds and works with, behind its HTTP hosts. */
export interface Sor extends Definitions {
  readonly profiles: ProfileStore;
  readonly values: CustomerValues;
  /** When each import began, in milliseconds since 1970. */
  readonly imports: Map<string, number>;
  /** In the order in which they came. */
  readonly errors: Map<string, AttributeError>;
  readonly feeding: PendingWork;
  readonly importing: PendingWork;
  /** The directory for uploaded files, made when it is first needed. */
  readonly uploads: () => Promise<string>;
  /** The tokens that logins handed out. */
  readonly tokens: Set<string>;
  /** The token that needs no login. */
  readonly token: string;
  readonly settings: SorSettings;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A value that an import or a feed refused, as the API prints it but for the date. */
export interface AttributeError {
  /** The import's id, or the id of the feed request. */
  job_id: string;
  customer_id: string | null;
  key: string | null;
  sor: string;
  /** Milliseconds since 1970. */
  date: number;
  source: string;
  message: string;
  /** The request for that value as JSON, its API key included. */
  raw: string;
}

/** Answers one request; `parameter` is the part of the path that the template leaves open. */
export type SorHandler = (sor: Sor, request: ApiRequest, parameter: string) => Reply | Promise<Reply>;

/** The stand-in over what the journal holds, with `generated` made-up profiles in front. */
export function openSor(
  journal: Journal,
  generated: number,
  outside: Pick<Sor, 'uploads' | 'token' | 'settings' | 'now'>,
): Sor {
  const profiles = new ProfileStore(journal.map('profiles'), generated);
  return {
    ...outside,
    systems: journal.map('systems'),
    attributes: journal.map('attributes'),
    profiles,
    values: new CustomerValues(journal, profiles),
    imports: journal.map('imports'),
    errors: journal.map('errors'),
    feeding: new PendingWork(outside.now),
    importing: new PendingWork(outside.now),
    tokens: new Set(),
  };
}
