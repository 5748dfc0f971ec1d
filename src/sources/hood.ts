import type { JsonClient, OpenedStream } from '../http/json-client.ts';
import { endpoint, type QueryValue } from '../http/path.ts';
import type { UpstreamError } from '../http/upstream-error.ts';
import type { Condition } from './hood-grammar.ts';

/** A row in Hood's own spelling. Only `id` is certain: every other field may be missing, null or odd. */
export interface HoodRow {
  id: string;
}

/** Which rows of a collection, and in which order. */
export interface HoodListQuery {
  /** Each filtered field's condition. */
  conditions?: Readonly<Record<string, Condition>> | undefined;
  /** `create_time`, `-create_time`; several are joined by commas. */
  sort?: string | undefined;
  search?: { text: string; fields: readonly string[] } | undefined;
}

/** One page as it came. */
export interface HoodPage {
  /** Perhaps fewer than asked for, and each perhaps anything: only a list is certain. */
  items: unknown[];
  /** Of the whole list; undefined when the answer does not say. */
  total: number | undefined;
}

export interface HoodSettings {
  /** `selection` asks for the named fields alone, `full` for everything (`view=full`). */
  fields: 'selection' | 'full';
  /** The largest page asked for. */
  maxPageSize: number;
}

/** How long one operation may wait, and whether anybody still does. */
export interface Patience {
  signal?: AbortSignal | undefined;
  /** In `performance.now()` milliseconds. */
  deadline?: number | undefined;
  /** What stands for the operation where scarce calls are shared between several. */
  caller?: object | undefined;
}

/**
 * Ocamba Hood in its own words, for one operation: equal reads within it are made once, until a write of the same
 * operation makes them stale. A collection is named by the last segment of its REST path. Everything throws
 * `UpstreamError`.
 */
export class Hood {
  readonly settings: HoodSettings;
  readonly #client: JsonClient;
  readonly #patience: Patience;
  readonly #reads = new Map<string, Promise<unknown>>();
  #epoch = 0;

  constructor(client: JsonClient, settings: HoodSettings, patience: Patience = {}) {
    this.#client = client;
    this.settings = settings;
    this.#patience = patience;
  }

  /** Changes with every write: what was read in an earlier epoch may be stale. */
  get epoch(): number {
    return this.#epoch;
  }

  /** One page of a list. */
  async list(
    collection: string,
    query: HoodListQuery,
    fields: readonly string[],
    page: { number: number; size: number },
  ): Promise<HoodPage> {
    const route = `/v1/hood/${collection}`;
    const answer = await this.#read(
      route,
      {},
      {
        ...query.conditions,
        ...this.#projection(fields),
        page: `${page.number},${page.size}`,
        q: query.search?.text,
        q_fields: query.search?.fields.join(','),
        sort: query.sort,
      },
    );
    return this.#page(route, answer);
  }

  /** One row by its id; undefined when Hood has none. `profile-properties` cannot be read this way. */
  async find(collection: string, id: string, fields: readonly string[]): Promise<HoodRow | undefined> {
    const route = `/v1/hood/${collection}/{id}`;
    const answer = await this.#read(route, { id }, this.#projection(fields), true);
    if (answer === undefined) return undefined;
    // A row that was not asked for is never used.
    return this.#single(route, answer).find((row): row is HoodRow => isRow(row) && String(row.id) === id);
  }

  /** Creates a row and returns it as Hood answers, perhaps without some of its fields. */
  async create(collection: string, body: object): Promise<HoodRow> {
    const route = `/v1/hood/${collection}`;
    const [created] = this.#single(route, await this.#write('POST', route, {}, body));
    if (!isRow(created)) throw this.#client.malformed(route);
    return created;
  }

  /** Changes the given fields of a row. Hood answers 204 without the row. */
  async update(collection: string, id: string, body: object): Promise<void> {
    await this.#write('PATCH', `/v1/hood/${collection}/{id}`, { id }, body);
  }

  /** The error of a row that cannot be used. */
  malformed(collection: string): UpstreamError {
    return this.#client.malformed(`/v1/hood/${collection}`);
  }

  /** The file of an export, read while it comes. */
  download(id: string): Promise<OpenedStream> {
    return this.#client.open({ ...endpoint('/v1/hood/exports/{id}/download', { id }), ...this.#patience });
  }

  #projection(fields: readonly string[]): { view?: string; fields?: string } {
    return this.settings.fields === 'full' ? { view: 'full' } : { fields: fields.join(',') };
  }

  #read(
    route: string,
    params: Record<string, string>,
    query: Readonly<Record<string, QueryValue>>,
    mayBeMissing = false,
  ): Promise<unknown> {
    const where = endpoint(route, params, query);
    let read = this.#reads.get(where.path);
    if (!read) {
      read = this.#client.get({ ...where, ...this.#patience, mayBeMissing });
      this.#reads.set(where.path, read);
    }
    return read;
  }

  async #write(method: 'POST' | 'PATCH', route: string, params: Record<string, string>, body: object) {
    try {
      return await this.#client.send({ method, ...endpoint(route, params), body, ...this.#patience });
    } finally {
      this.#epoch += 1;
      this.#reads.clear();
    }
  }

  /** One row comes in the envelope of lists when it is read, and bare when it was created (vendor's pages); either will do. */
  #single(route: string, answer: unknown): unknown[] {
    return isRow(answer) ? [answer] : this.#page(route, answer).items;
  }

  /** `{ total, items }`; some collections write the total as text (vendor's pages on segments and organizations). */
  #page(route: string, answer: unknown): HoodPage {
    const { items, total } = (answer ?? {}) as { items?: unknown; total?: unknown };
    if (!Array.isArray(items)) throw this.#client.malformed(route);
    const count = typeof total === 'string' && /^\d+$/.test(total) ? Number(total) : total;
    return { items, total: Number.isSafeInteger(count) ? (count as number) : undefined };
  }
}

/** Whether a row can be told from others: an object with an id. */
export function isRow(value: unknown): value is HoodRow {
  const id = (value as HoodRow | null)?.id as unknown;
  return (typeof id === 'string' && id !== '') || typeof id === 'number';
}
