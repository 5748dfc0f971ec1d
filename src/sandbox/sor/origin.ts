import { BASE_SYSTEMS, GLOBAL_SYSTEM } from './base-systems.ts';
import type { SorDatabase } from './database.ts';
import {
  SAMPLE_GLOBAL_ATTRIBUTES,
  SAMPLE_PROFILES,
  SAMPLE_REMOVED_ATTRIBUTES,
  SAMPLE_SYSTEMS,
  sampleImportError,
} from './samples.ts';
import { insertAttribute, insertProfiles, insertSystems } from './seeding.ts';
import type { Sor } from './sor.ts';

const DEFAULT_PROFILES = 10_000;
const DAY = 86_400_000;

/**
 * How many profiles are generated, noted in the database on its first opening: what is stored refers to them.
 * Throws when a database was made with another number.
 */
export function openOrigin(database: SorDatabase, asked?: number): { profiles: number; isNew: boolean } {
  const known = database.get<{ profiles: number }>('select profiles from origin');
  if (!known) {
    const profiles = asked ?? DEFAULT_PROFILES;
    database.run('insert into origin (profiles) values (?)', profiles);
    return { profiles, isNew: true };
  }
  if (asked !== undefined && asked !== known.profiles) {
    throw new Error(`This file was made with ${known.profiles} generated profiles, not ${asked}`);
  }
  return { profiles: known.profiles, isNew: false };
}

/** Fills a new database: the systems that generated profiles need, and the samples if they are wanted. */
export function fill(sor: Sor, samples: boolean): void {
  if (!samples && sor.profiles.generated === 0) return;
  insertSystems(sor, BASE_SYSTEMS);
  if (!samples) return;
  const globalId = sor.systems.find(GLOBAL_SYSTEM)?.id ?? 0;
  for (const attribute of [...SAMPLE_GLOBAL_ATTRIBUTES, ...SAMPLE_REMOVED_ATTRIBUTES]) {
    insertAttribute(sor, globalId, attribute);
  }
  insertSystems(sor, SAMPLE_SYSTEMS);
  insertProfiles(sor, SAMPLE_PROFILES);
  // A day ago, because imports are forgotten after a week.
  const { importId, started } = sor.imports.begin(sor.now() - DAY);
  sor.imports.fail(sampleImportError(importId, started));
}
