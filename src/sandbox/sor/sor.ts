import type { Journal } from '../journal.ts';
import type { ApiRequest, Reply } from '../server.ts';
import { CustomerValues } from './customer-values.ts';
import { Definitions } from './definitions.ts';
import { ImportJobs } from './import-jobs.ts';
import { PendingWork } from './pending-work.ts';
import { ProfileStore } from './profiles.ts';
import type { TokenStore } from './tokens.ts';
import { UploadDirectory } from './uploads.ts';

/** What can be set while the stand-in runs. */
export interface SorSettings {
  /** Writes the values of a customer as the vendor's samples print them: a comma before the closing brace, so no JSON. */
  trailingCommas: boolean;
  /** What a missing or wrong token is answered with. */
  refusalStatus: 401 | 403;
  /** A View of nobody: an empty array, or 404. The vendor's pages do not say. */
  unknownProfile: 'empty' | 'missing';
  /** Whether a change list names a removal that no other change since then accompanies; the vendor's page reads as if not. */
  pureRemovals: boolean;
  /** The origin in `next`, instead of the stand-in's own. */
  nextOrigin: string | undefined;
  /** An export is the CSV itself, or an address to ask until it has one. The vendor's pages do not say. */
  exportAs: 'csv' | 'url';
  /** The largest page, whatever `num_per_page` asks for. */
  maxPageSize: number;
  /** How long a feed waits before it is applied, in milliseconds. */
  feedDelayMs: number;
  /** How long an import waits before it is processed, in milliseconds. */
  importDelayMs: number;
}

/** An export that is answered with an address to ask. */
export interface RequestedExport {
  query: URLSearchParams;
  /** Milliseconds since 1970. */
  requested: number;
  /** How often it was asked for; from the second time on it is there. */
  polls: number;
}

/** Answers one request; `parameter` is the part of the path that the template leaves open. */
export type SorHandler = (sor: Sor, request: ApiRequest, parameter: string) => Reply | Promise<Reply>;

/** The stand-in behind its HTTP hosts. */
export class Sor {
  readonly definitions: Definitions;
  readonly profiles: ProfileStore;
  readonly values: CustomerValues;
  readonly imports: ImportJobs;
  readonly feeding = new PendingWork();
  readonly importing = new PendingWork();
  readonly uploads = new UploadDirectory();
  /** Exports that were asked for, by their request id. */
  readonly exports = new Map<string, RequestedExport>();
  readonly tokens: TokenStore;
  readonly settings: SorSettings;
  /** Milliseconds since 1970. */
  readonly now: () => number;

  /** Works on what the journal holds, with `generated` made-up profiles in front. */
  constructor(journal: Journal, generated: number, outside: Pick<Sor, 'tokens' | 'settings' | 'now'>) {
    this.definitions = new Definitions(journal);
    this.profiles = new ProfileStore(journal.map('profiles'), generated);
    this.values = new CustomerValues(journal, this.profiles);
    this.imports = new ImportJobs(journal);
    this.tokens = outside.tokens;
    this.settings = outside.settings;
    this.now = outside.now;
  }
}
