import { LRUCache } from 'lru-cache';
import type { KeptMap } from '../journal.ts';
import type { Limits } from '../rate-limit.ts';
import type { ApiRequest, Reply } from '../server.ts';
import { NOT_FOUND, Refusal } from './errors.ts';
import { type Key, keyOf } from './filters.ts';
import { FIRST_GENERATED_ID, generatedRow, type HoodRecord } from './generated-row.ts';
import type { ListQuery, PageSizes } from './list-query.ts';
import type { Resource, ResourceName } from './resources.ts';

/** Answers one request out of the lists; `id` is the part of the path that the template leaves open. */
export type HoodHandler = (hood: Hood, request: ApiRequest, id: string) => Reply | Promise<Reply>;

/** What can be changed while it runs. */
export interface HoodSettings extends PageSizes {
  /** The account's limits: 10/s and 150/min by default, as documented. */
  limits: Limits | 'none';
  /** How long an export that is tried again runs until it is ready, in milliseconds; 3 s by default. */
  exportMs: number;
}

/** What becomes of an export next, and when, in milliseconds since 1970. */
export interface Move {
  at: number;
  status: 'ready' | 'expired';
}

/** What the handlers work on. */
export interface Hood {
  lists: Readonly<Record<ResourceName, List>>;
  settings: HoodSettings;
  /** By id: what becomes of exports that were tried again. */
  moves: Map<string, Move>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** A row as queries see it. */
interface Row {
  /** Breaks the ties of an order. Numeric ids rank as numbers; other rows (tests have them) come before. */
  rank: number;
  /** By column, for those that were filtered, sorted or searched by so far. */
  keys: Record<string, Key>;
}

const NEWEST_FIRST: ListQuery['order'] = [{ column: 'create_time', descending: true }];

/**
 * The rows of one list in memory. A generated row is computed again each time it is printed, until something changes
 * it: of a million rows only the keys take room.
 */
export class List {
  readonly #resource: Resource;
  /** The columns of which rows have their keys. Most are never asked for, and keys are what opening a list would take. */
  readonly #compared = new Set<string>();
  /** By rank: all rows that are not as they were generated. */
  readonly #records: KeptMap<HoodRecord>;
  readonly #rows = new Map<number, Row>();
  /** All rows in each of the orders that were asked for last. */
  readonly #sorted = new LRUCache<string, Row[]>({ max: 20 });
  /** Those of the orders that a change may have broken. */
  #broken = new Set<string>();
  #highest = FIRST_GENERATED_ID - 1;

  /** The first `generated` made-up rows, and `records` besides or in their place. */
  constructor(resource: Resource, records: KeptMap<HoodRecord>, generated: number) {
    this.#resource = resource;
    this.#records = records;
    for (let n = 0; n < generated; n++) this.#put(FIRST_GENERATED_ID + n);
    for (const rank of records.keys()) this.#put(Number(rank));
  }

  /** One page and the size of the whole filtered list. Ties are by rank, in the direction of the order's last field. */
  page({ conditions, search, order, page, pageSize }: ListQuery): { total: number; records: HoodRecord[] } {
    const sought = search?.text.toLowerCase() ?? '';
    const contains = (key: Key) => key !== null && String(key).toLowerCase().includes(sought);
    this.#compare(...conditions.map(({ column }) => column), ...(search?.columns ?? []));
    const found = this.#inOrder(order.length > 0 ? order : NEWEST_FIRST).filter(
      ({ keys }) =>
        conditions.every(({ column, lets }) => lets(keys[column] ?? null)) &&
        (!search || search.columns.some((column) => contains(keys[column] ?? null))),
    );
    const rows = found.slice((page - 1) * pageSize, page * pageSize);
    return { total: found.length, records: rows.map(({ rank }) => this.#recordOf(rank)) };
  }

  /** The row with this id. Throws a `Refusal` (404) when there is none. */
  get(id: string): HoodRecord {
    const rank = this.#rankOf(id);
    if (rank === undefined) throw new Refusal(NOT_FOUND, `no row has the id "${id}"`);
    return this.#recordOf(rank);
  }

  /** Whether a row has this value in a column that is filtered by, such as `id`. */
  has(column: string, value: string): boolean {
    this.#compare(column);
    return this.#rows.values().some(({ keys }) => keys[column] === value);
  }

  /** An id that no row has, larger than every other. */
  nextId(): string {
    return String(this.#highest + 1);
  }

  /** Adds rows, kept as they are given. Throws for an id that is there already. */
  insert(records: readonly HoodRecord[]): void {
    for (const record of records) {
      const rank = isNumeric(record.id) ? Number(record.id) : -1 - this.#rows.size;
      if (record.id !== undefined && this.#rankOf(String(record.id)) !== undefined)
        throw new Error(`There is a row with the id ${record.id} already.`);
      this.#write(rank, structuredClone(record));
    }
  }

  /** Overwrites some fields of a row that there is. */
  change(id: string, changes: HoodRecord): void {
    this.#write(this.#rankOf(id) ?? 0, { ...this.get(id), ...changes });
  }

  /** Removes all rows. */
  clear(): void {
    for (const rank of [...this.#records.keys()]) this.#records.delete(rank);
    this.#rows.clear();
    this.#sorted.clear();
    this.#highest = FIRST_GENERATED_ID - 1;
  }

  #write(rank: number, record: HoodRecord): void {
    this.#records.set(String(rank), record);
    this.#put(rank);
    this.#broken = new Set(this.#sorted.keys());
  }

  #put(rank: number): void {
    const known = this.#rows.get(rank);
    const row = known ?? { rank, keys: {} };
    for (const column of this.#compared) row.keys[column] = this.#keyOf(rank, column);
    if (!known) for (const rows of this.#sorted.values()) rows.push(row);
    this.#rows.set(rank, row);
    this.#highest = Math.max(this.#highest, rank);
  }

  #compare(...columns: string[]): void {
    for (const column of new Set(columns).difference(this.#compared)) {
      this.#compared.add(column);
      for (const { rank, keys } of this.#rows.values()) keys[column] = this.#keyOf(rank, column);
    }
  }

  #keyOf(rank: number, column: string): Key {
    const { columns, spelledAlso = {}, generated } = this.#resource;
    const record = this.#records.get(String(rank));
    const cell = (name = '') => (record ? record[name] : generated[name]?.(rank - FIRST_GENERATED_ID));
    return keyOf(columns[column] ?? 'text', cell(column) ?? cell(spelledAlso[column]));
  }

  #recordOf(rank: number): HoodRecord {
    return this.#records.get(String(rank)) ?? generatedRow(this.#resource.generated, rank - FIRST_GENERATED_ID);
  }

  #rankOf(id: string): number | undefined {
    this.#compare('id');
    const row = isNumeric(id) ? this.#rows.get(Number(id)) : this.#rows.values().find(({ keys }) => keys['id'] === id);
    return row?.keys['id'] === id ? row.rank : undefined;
  }

  #inOrder(order: ListQuery['order']): readonly Row[] {
    this.#compare(...order.map(({ column }) => column));
    const name = order.map(({ column, descending }) => `${descending ? '-' : ''}${column}`).join();
    let rows = this.#sorted.get(name);
    // Rows that were in order but for a few are sorted in a tenth of the time.
    if (rows && !this.#broken.delete(name)) return rows;
    rows = (rows ?? [...this.#rows.values()]).sort(comparing(order));
    this.#sorted.set(name, rows);
    return rows;
  }
}

function comparing(order: ListQuery['order']): (one: Row, other: Row) => number {
  return (one, other) => {
    for (const { column, descending } of order) {
      const compared = compare(one.keys[column] ?? null, other.keys[column] ?? null);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return order.at(-1)?.descending ? other.rank - one.rank : one.rank - other.rank;
  };
}

/** Rows without a value come first. */
function compare(one: Key, other: Key): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? -1 : 1;
  return one < other ? -1 : 1;
}

function isNumeric(id: unknown): boolean {
  return /^\d{1,15}$/.test(String(id));
}
