import type { SorDatabase } from './database.ts';
import { apiKey, systemIdentifier } from './names.ts';

export type SystemType = 'global' | 'app' | 'custom';

/** A system of record. */
export interface System {
  /** Internal; shows only in removed attributes. */
  id: number;
  identifier: string;
  name: string;
  type: SystemType;
  apiKeys: string[];
  disabled: boolean;
  /** Milliseconds since 1970. */
  updated: number;
}

interface SystemRow {
  id: number;
  identifier: string;
  name: string;
  type: SystemType;
  api_keys: string;
  disabled: number;
  updated: number;
}

/** The systems of record of the entity. Who may change which is decided by the routes. */
export class SystemStore {
  readonly #database: SorDatabase;

  constructor(database: SorDatabase) {
    this.#database = database;
  }

  /** In the order of their creation. */
  all(): System[] {
    return this.#database.all<SystemRow>('select * from system order by id').map(fromRow);
  }

  find(identifier: string): System | undefined {
    const row = this.#database.get<SystemRow>('select * from system where identifier = ?', identifier);
    return row && fromRow(row);
  }

  insert(system: Omit<System, 'id'>): System {
    const { identifier, name, type, apiKeys, disabled, updated } = system;
    const id = this.#database.run(
      'insert into system (identifier, name, type, api_keys, disabled, updated) values (?, ?, ?, ?, ?, ?)',
      ...[identifier, name, type, JSON.stringify(apiKeys), Number(disabled), updated],
    );
    return { id, ...system };
  }

  create(name: string, now: number): System {
    const identifier = systemIdentifier();
    return this.insert({
      identifier,
      name,
      type: 'custom',
      apiKeys: [apiKey()],
      disabled: false,
      updated: now,
    });
  }

  rename(id: number, name: string, now: number): void {
    this.#database.run('update system set name = ?, updated = ? where id = ?', name, now, id);
  }

  setDisabled(id: number, disabled: boolean, now: number): void {
    this.#database.run('update system set disabled = ?, updated = ? where id = ?', Number(disabled), now, id);
  }

  /** Takes its attributes and their values with it. */
  delete(id: number): void {
    this.#database.transaction(() => {
      this.#database.run(
        'delete from value where attribute_id in (select id from attribute where system_id = ?)',
        id,
      );
      this.#database.run('delete from attribute where system_id = ?', id);
      this.#database.run('delete from system where id = ?', id);
    });
  }
}

function fromRow({ id, identifier, name, type, api_keys, disabled, updated }: SystemRow): System {
  return { id, identifier, name, type, apiKeys: JSON.parse(api_keys), disabled: disabled === 1, updated };
}
