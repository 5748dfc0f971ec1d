import type { SorDatabase } from './database.ts';
import { customerAt, positionAtRank, positionOf, rankOf } from './generated-ids.ts';
import { firstUpdatedSince, updatedAt } from './generated-values.ts';
import type { CustomerIdType } from './values.ts';

/** A customer: its place in the list, its name, and when it last changed (milliseconds since 1970). */
export interface Profile {
  position: number;
  customerId: string;
  type: CustomerIdType;
  updated: number;
  /** Whether anything was ever written to it; else all of it is computed. */
  written: boolean;
}

/** Which profiles a list holds. */
export interface ProfileFilter {
  type: CustomerIdType | undefined;
  /** Only those changed at this millisecond or later. */
  since: number | undefined;
}

/** Where the profiles that are not generated begin, far behind any that are. */
const FIRST_STORED = 1_000_000_000;

interface ProfileRow {
  position: number;
  customer_id: string;
  type: CustomerIdType;
  updated: number;
}

/**
 * All profiles: first the generated ones, which have a row only once something changed them, then the others in the
 * order of their coming.
 */
export class ProfileStore {
  /** How many are generated. */
  readonly generated: number;
  readonly #database: SorDatabase;

  constructor(database: SorDatabase, generated: number) {
    this.#database = database;
    this.generated = generated;
  }

  isGenerated({ position }: Profile): boolean {
    return position < FIRST_STORED;
  }

  find(customerId: string, type: CustomerIdType): Profile | undefined {
    const sql = 'select * from profile where customer_id = ? and type = ?';
    const row = this.#database.get<ProfileRow>(sql, customerId, type);
    if (row) return fromRow(row);
    const position = positionOf(customerId, type);
    if (position === undefined || position >= this.generated) return undefined;
    return { position, customerId, type, updated: updatedAt(position), written: false };
  }

  /** How many profiles the filter lets through. */
  count(filter: ProfileFilter): number {
    const from = this.#firstGenerated(filter);
    const { type } = filter;
    const stored = this.#database.get<{ n: number }>(
      `select count(*) as n from profile where ${STORED}`,
      ...this.#storedValues(filter, from),
    );
    return rankOf(type, this.generated) - rankOf(type, from) + (stored?.n ?? 0);
  }

  /** Up to `limit` profiles from `offset` on, always in the same order. */
  slice(filter: ProfileFilter, offset: number, limit: number): Profile[] {
    const from = this.#firstGenerated(filter);
    const firstRank = rankOf(filter.type, from);
    const ranks = rankOf(filter.type, this.generated) - firstRank;
    const profiles: Profile[] = [];
    for (let rank = offset; rank < ranks && profiles.length < limit; rank += 1) {
      profiles.push(this.#at(positionAtRank(filter.type, firstRank + rank)));
    }
    if (profiles.length < limit) {
      const rows = this.#database.all<ProfileRow>(
        `select * from profile where ${STORED} order by position limit ? offset ?`,
        ...this.#storedValues(filter, from),
        ...[limit - profiles.length, Math.max(0, offset - ranks)],
      );
      profiles.push(...rows.map(fromRow));
    }
    return profiles;
  }

  /** Notes that a customer changed; one that nobody knew yet is known from now on. */
  touch(customerId: string, type: CustomerIdType, now: number): Profile {
    const known = this.find(customerId, type);
    const position = known?.position ?? this.#nextPosition();
    this.#database.run(
      `insert into profile (position, customer_id, type, updated) values (?, ?, ?, ?)
        on conflict (position) do update set updated = max(updated, excluded.updated)`,
      ...[position, customerId, type, now],
    );
    return { position, customerId, type, updated: Math.max(now, known?.updated ?? 0), written: true };
  }

  #at(position: number): Profile {
    const row = this.#database.get<ProfileRow>('select * from profile where position = ?', position);
    return row
      ? fromRow(row)
      : { position, ...customerAt(position), updated: updatedAt(position), written: false };
  }

  #nextPosition(): number {
    const last = this.#database.get<{ last: number | null }>(
      'select max(position) as last from profile',
    )?.last;
    return Math.max(FIRST_STORED, (last ?? 0) + 1);
  }

  #firstGenerated({ since }: ProfileFilter): number {
    return since === undefined ? 0 : Math.min(this.generated, firstUpdatedSince(since));
  }

  #storedValues({ type, since }: ProfileFilter, from: number): (string | number)[] {
    return [type ?? 'user_id', type ?? 'device_id', since ?? Number.MIN_SAFE_INTEGER, from, FIRST_STORED];
  }
}

/** Rows that the generated range does not stand for: the type (twice), since, where that range begins, and its end. */
const STORED = 'type in (?, ?) and updated >= ? and (position < ? or position >= ?)';

function fromRow({ position, customer_id, type, updated }: ProfileRow): Profile {
  return { position, customerId: customer_id, type, updated, written: true };
}
