import { person } from '../people.ts';
import type { Attribute } from './attributes.ts';
import type { SorDatabase } from './database.ts';
import { generatedValue, hasApp } from './generated-values.ts';
import type { Profile, ProfileStore } from './profiles.ts';
import { NEVER_SET, type Value } from './values.ts';

/** The app on one device of a customer. */
export interface Installation {
  appId: string;
  systemIdentifier: string;
  deviceId: string;
}

/** The app that generated profiles have, and its system of record: the seed's. */
export const APP_ID = 'FAAPPLI_Eg1dK5g';
export const APP_SYSTEM = 'SOR-SDK_2a116e0767a7dc76e85d566';

interface ValueRow {
  attribute_id: number;
  json: string | null;
  since: number | null;
  held: number | null;
  elements: string | null;
}

/** What customers have: their values and their apps. */
export class CustomerValues {
  readonly #database: SorDatabase;
  readonly #profiles: ProfileStore;

  constructor(database: SorDatabase, profiles: ProfileStore) {
    this.#database = database;
    this.#profiles = profiles;
  }

  /** A reader of all of one profile's values. */
  of(profile: Profile): ProfileValues {
    const rows = profile.written
      ? this.#database.all<ValueRow>('select * from value where position = ?', profile.position)
      : [];
    const stored = new Map(rows.map((row) => [row.attribute_id, fromRow(row)]));
    return {
      has: (attribute) => stored.has(attribute.id),
      get: (attribute) => stored.get(attribute.id) ?? this.#unwritten(profile, attribute),
    };
  }

  /** One value; `undefined` for a key the profile lacks. */
  get(profile: Profile, attribute: Attribute): Value | undefined {
    const sql = 'select * from value where position = ? and attribute_id = ?';
    const row = this.#database.get<ValueRow>(sql, profile.position, attribute.id);
    return row ? fromRow(row) : this.#unwritten(profile, attribute);
  }

  set(profile: Profile, attribute: Attribute, { json, since, held, elements }: Value): void {
    this.#database.run(
      'insert or replace into value (position, attribute_id, json, since, held, elements) values (?, ?, ?, ?, ?, ?)',
      ...[profile.position, attribute.id, json, since, held, elements ? JSON.stringify(elements) : null],
    );
  }

  install(profile: Profile, { appId, systemIdentifier, deviceId }: Installation, used: number): void {
    this.#database.run(
      'insert or replace into installation (position, app_id, sor_id, device_id, used) values (?, ?, ?, ?, ?)',
      ...[profile.position, appId, systemIdentifier, deviceId, used],
    );
  }

  installations(profile: Profile): Installation[] {
    if (this.#profiles.isGenerated(profile)) {
      if (!hasApp(profile.position)) return [];
      const { deviceId } = person(Math.floor(profile.position / 3));
      return [{ appId: APP_ID, systemIdentifier: APP_SYSTEM, deviceId }];
    }
    const sql = 'select app_id, sor_id, device_id from installation where position = ? order by used desc';
    return this.#database
      .all<{ app_id: string; sor_id: string; device_id: string }>(sql, profile.position)
      .map((row) => ({ appId: row.app_id, systemIdentifier: row.sor_id, deviceId: row.device_id }));
  }

  /** The user who last used a device. */
  lastUserOf(deviceId: string): Profile | undefined {
    const user = this.#database.get<{ customer_id: string }>(
      `select customer_id from installation join profile using (position)
        where device_id = ? and type = 'user_id' order by used desc limit 1`,
      deviceId,
    );
    if (user) return this.#profiles.find(user.customer_id, 'user_id');
    const device = this.#profiles.find(deviceId, 'device_id');
    if (!device || !this.#profiles.isGenerated(device)) return undefined;
    return this.#profiles.find(person(Math.floor(device.position / 3)).email, 'user_id');
  }

  /** A profile knows the attributes that existed when it was last written; a generated one those it was made with. */
  #unwritten(profile: Profile, attribute: Attribute): Value | undefined {
    if (!this.#profiles.isGenerated(profile)) {
      return attribute.created > profile.updated ? undefined : NEVER_SET;
    }
    return attribute.generated ? generatedValue(profile.position, attribute.key) : undefined;
  }
}

/** The values of one profile. */
export interface ProfileValues {
  /** Whether something set or removed the value, other than the generator. */
  has(attribute: Attribute): boolean;
  /** `undefined` for a key the profile lacks. */
  get(attribute: Attribute): Value | undefined;
}

function fromRow({ json, since, held, elements }: ValueRow): Value {
  return { json, since, held, elements: elements === null ? undefined : JSON.parse(elements) };
}
