import { type Attribute, AttributeStore } from './attributes.ts';
import { CustomerValues } from './customer-values.ts';
import type { SorDatabase } from './database.ts';
import { ImportRecords } from './import-records.ts';
import { PendingWork } from './pending-work.ts';
import { ProfileStore } from './profiles.ts';
import { type System, SystemStore } from './systems.ts';
import type { TokenStore } from './tokens.ts';
import { UploadDirectory } from './uploads.ts';

/** What can be set while the stand-in runs. */
export interface SorSettings {
  /** Writes the values of a customer as the seed prints them: a comma before the closing brace, so no JSON. */
  trailingCommas: boolean;
  /** What a missing or wrong token is answered with. */
  refusalStatus: 401 | 403;
  /** A View of nobody: an empty array, or 404. The seed does not say. */
  unknownProfile: 'empty' | 'missing';
  /** Whether a change list names a removal that no other change since then accompanies; the seed reads as if not. */
  pureRemovals: boolean;
  /** The origin in `next`, instead of the stand-in's own. */
  nextOrigin: string | undefined;
  /** An export is the CSV itself, or an address to ask until it has one. The seed does not say. */
  exportAs: 'csv' | 'url';
  /** The largest page, whatever `num_per_page` asks for. */
  maxPageSize: number;
  /** How long a feed waits before it is applied, in milliseconds. */
  feedDelayMs: number;
  /** How long an import waits before it is processed, in milliseconds. */
  importDelayMs: number;
}

/** The stand-in behind its HTTP hosts. */
export interface Sor {
  readonly database: SorDatabase;
  readonly systems: SystemStore;
  readonly attributes: AttributeStore;
  readonly profiles: ProfileStore;
  readonly values: CustomerValues;
  readonly imports: ImportRecords;
  readonly feeding: PendingWork;
  readonly importing: PendingWork;
  readonly uploads: UploadDirectory;
  /** Exports that were asked for, by their request id. */
  readonly exports: Map<string, RequestedExport>;
  readonly tokens: TokenStore;
  readonly settings: SorSettings;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An export that is answered with an address to ask. */
export interface RequestedExport {
  query: URLSearchParams;
  /** Milliseconds since 1970. */
  requested: number;
  /** How often it was asked for; from the second time on it is there. */
  polls: number;
}

/** A system with its attributes. */
export interface FullSystem {
  system: System;
  attributes: Attribute[];
}

/** Joins the parts over one database, of whose profiles the first `profiles` are generated. */
export function joinSor(
  database: SorDatabase,
  profiles: number,
  outside: Pick<Sor, 'tokens' | 'settings' | 'now'>,
): Sor {
  const store = new ProfileStore(database, profiles);
  return {
    ...outside,
    database,
    systems: new SystemStore(database),
    attributes: new AttributeStore(database),
    profiles: store,
    values: new CustomerValues(database, store),
    imports: new ImportRecords(database),
    feeding: new PendingWork(),
    importing: new PendingWork(),
    uploads: new UploadDirectory(),
    exports: new Map(),
  };
}

/** Every system with its attributes. */
export function fullSystems({ systems, attributes }: Sor): FullSystem[] {
  return systems.all().map((system) => ({ system, attributes: attributes.of(system.id) }));
}
