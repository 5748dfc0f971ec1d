import type { SorDatabase } from './database.ts';
import { attributeIdentifier } from './names.ts';
import type { ValueType } from './values.ts';

/** A customer attribute of a system of record. Times are milliseconds since 1970. */
export interface Attribute {
  /** Internal; shows only when removed. */
  id: number;
  identifier: string;
  systemId: number;
  key: string;
  label: string;
  valueType: ValueType;
  sources: string[];
  disabled: boolean;
  /** Named in the filter of a campaign or segment, so not to be deleted. */
  inUse: boolean;
  /** Generated profiles have a computed value for it. */
  generated: boolean;
  created: number;
  updated: number;
}

interface AttributeRow {
  id: number;
  identifier: string;
  system_id: number;
  key: string;
  label: string;
  value_type: ValueType;
  sources: string;
  disabled: number;
  in_use: number;
  generated: number;
  created: number;
  updated: number;
}

/** The definitions of attributes, removed ones included. */
export class AttributeStore {
  readonly #database: SorDatabase;

  constructor(database: SorDatabase) {
    this.#database = database;
  }

  /** Those of one system that are not removed, in the order of their creation. */
  of(systemId: number): Attribute[] {
    const sql = 'select * from attribute where system_id = ? and removed = 0 order by id';
    return this.#database.all<AttributeRow>(sql, systemId).map(fromRow);
  }

  find(identifier: string): Attribute | undefined {
    const sql = 'select * from attribute where identifier = ? and removed = 0';
    const row = this.#database.get<AttributeRow>(sql, identifier);
    return row && fromRow(row);
  }

  findByKey(systemId: number, key: string): Attribute | undefined {
    const sql = 'select * from attribute where system_id = ? and key = ? and removed = 0';
    const row = this.#database.get<AttributeRow>(sql, systemId, key);
    return row && fromRow(row);
  }

  removedSince(systemId: number, since: number): Attribute[] {
    const sql = 'select * from attribute where system_id = ? and removed = 1 and updated >= ? order by id';
    return this.#database.all<AttributeRow>(sql, systemId, since).map(fromRow);
  }

  /** `id` only where a record must have a certain one. */
  insert(attribute: Omit<Attribute, 'id'> & { id?: number; removed?: boolean }): Attribute {
    const { identifier, systemId, key, label, valueType, sources, created, updated } = attribute;
    const flags = [attribute.disabled, attribute.inUse, attribute.generated, attribute.removed ?? false];
    const id = this.#database.run(
      `insert into attribute (id, identifier, system_id, key, label, value_type, sources, created, updated,
        disabled, in_use, generated, removed) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[attribute.id ?? null, identifier, systemId, key, label, valueType, JSON.stringify(sources)],
      ...[created, updated, ...flags.map(Number)],
    );
    return { ...attribute, id };
  }

  create(definition: Pick<Attribute, 'systemId' | 'key' | 'label' | 'valueType'>, now: number): Attribute {
    return this.insert({
      ...definition,
      identifier: attributeIdentifier(),
      sources: ['DEFAULT'],
      disabled: false,
      inUse: false,
      generated: false,
      created: now,
      updated: now,
    });
  }

  relabel(id: number, label: string, now: number): void {
    this.#database.run('update attribute set label = ?, updated = ? where id = ?', label, now, id);
  }

  setDisabled(id: number, disabled: boolean, now: number): void {
    this.#database.run(
      'update attribute set disabled = ?, updated = ? where id = ?',
      Number(disabled),
      now,
      id,
    );
  }

  /** Takes its values with it; the definition is remembered as removed. */
  remove(id: number, now: number): void {
    this.#database.transaction(() => {
      this.#database.run('delete from value where attribute_id = ?', id);
      this.#database.run('update attribute set removed = 1, updated = ? where id = ?', now, id);
    });
  }
}

function fromRow(row: AttributeRow): Attribute {
  const { id, identifier, key, label, created, updated } = row;
  return {
    ...{ id, identifier, key, label, created, updated },
    systemId: row.system_id,
    valueType: row.value_type,
    sources: JSON.parse(row.sources),
    disabled: row.disabled === 1,
    inUse: row.in_use === 1,
    generated: row.generated === 1,
  };
}
