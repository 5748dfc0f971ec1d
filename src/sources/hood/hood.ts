import type { CallOptions } from '../../http/client/call-options.ts';
import type { OpenedStream } from '../../http/client/calls.ts';
import { type Endpoint, endpoint } from '../../http/client/path.ts';
import { mayHaveHappened, UNSETTLED_MS, type UpstreamError } from '../../http/client/upstream-error.ts';
import type { SharedReads } from '../../http/reads/shared-reads.ts';
import { createdIn, type HoodPage, type HoodRow, pageIn, rowIn } from './answers.ts';
import {
  type HoodListQuery,
  type HoodSettings,
  listEndpoint,
  projectionOf,
  questionOf,
  rowEndpoint,
  tagOf,
} from './endpoints.ts';

/** How a GET's answer is read. */
interface Reading<Value> {
  collection: string;
  fields: readonly string[];
  mayBeMissing?: boolean;
  accept(answer: unknown): Value;
}

/**
 * Ocamba Hood in its own words, for one operation: equal reads within it have one answer, until a write of the same
 * operation makes that stale. A collection is named by the last segment of its REST path. Everything throws
 * `UpstreamError`.
 */
export class Hood {
  readonly settings: HoodSettings;
  /** How long the operation waits. */
  readonly callOptions: CallOptions;
  /** What all operations share. */
  readonly shared: SharedReads;
  readonly #reads = new Map<string, Promise<unknown>>();
  #epoch = 0;

  constructor(shared: SharedReads, settings: HoodSettings, callOptions: CallOptions = {}) {
    this.shared = shared;
    this.settings = settings;
    this.callOptions = callOptions;
  }

  /** Changes with every write: what was read in an earlier epoch may be stale. */
  get epoch(): number {
    return this.#epoch;
  }

  /** One page of a list. */
  list(
    collection: string,
    query: HoodListQuery,
    fields: readonly string[],
    page: { number: number; size: number },
  ): Promise<HoodPage> {
    const where = listEndpoint(this.settings, collection, query, fields, page);
    return this.#read(where, {
      collection,
      fields,
      accept: (answer) => pageIn(this.shared.client, where.route, answer),
    });
  }

  /** One row by its id; undefined when Hood has none. `profile-properties` cannot be read this way. */
  find(collection: string, id: string, fields: readonly string[]): Promise<HoodRow | undefined> {
    const where = rowEndpoint(this.settings, collection, id, fields);
    return this.#read(where, {
      collection,
      fields,
      mayBeMissing: true,
      accept: (answer) => rowIn(this.shared.client, where.route, answer, id),
    });
  }

  /** Creates a row. Returns it as Hood answers, perhaps without some of its fields; undefined if it answers without it. */
  async create(collection: string, body: object): Promise<HoodRow | undefined> {
    return createdIn(await this.#write('POST', collection, endpoint(`/v1/hood/${collection}`, {}), body));
  }

  /** Changes the given fields of a row. Hood answers 204 without the row. */
  async update(collection: string, id: string, body: object): Promise<void> {
    await this.#write('PATCH', collection, endpoint(`/v1/hood/${collection}/{id}`, { id }), body);
  }

  /** The error of a row that cannot be used. */
  malformed(collection: string): UpstreamError {
    return this.shared.client.malformed(`/v1/hood/${collection}`);
  }

  /** The file of an export, read while it comes. */
  download(id: string): Promise<OpenedStream> {
    const where = endpoint('/v1/hood/exports/{id}/download', { id });
    return this.shared.client.open({ ...where, ...this.callOptions });
  }

  #read<Value>({ route, path }: Endpoint, reading: Reading<Value>): Promise<Value> {
    let read = this.#reads.get(path);
    if (!read) {
      const { collection, fields, mayBeMissing = false, accept } = reading;
      const question = questionOf(path);
      const projection = projectionOf(this.settings, fields);
      const tags = [tagOf(collection)];
      const shared = { route, path, question, projection, resource: collection, tags, mayBeMissing, accept };
      read = this.shared.read(shared, this.callOptions);
      this.#reads.set(path, read);
    }
    // Equal paths are of one route, and so accepted alike.
    return read as Promise<Value>;
  }

  async #write(method: 'POST' | 'PATCH', collection: string, where: Endpoint, body: object) {
    const tags = [tagOf(collection)];
    try {
      return await this.shared.client.send({ method, ...where, body, ...this.callOptions });
    } catch (error) {
      if (mayHaveHappened(error)) await this.shared.settle(tags, UNSETTLED_MS);
      throw error;
    } finally {
      this.#epoch += 1;
      this.#reads.clear();
      await this.shared.forget(tags);
    }
  }
}
