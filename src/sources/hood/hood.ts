import pLimit, { type LimitFunction } from 'p-limit';
import type { Projection } from '../../http/cache/projection.ts';
import type { OpenedStream, WriteCall } from '../../http/client/calls.ts';
import type { Form } from '../../http/client/form.ts';
import { type Endpoint, endpoint, isSegment, isShort, template } from '../../http/client/path.ts';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import { readApart } from '../../http/reads/bisect.ts';
import { type Lookup, ONLY, only } from '../../http/reads/lookup.ts';
import type { Operation } from '../../http/reads/operation.ts';
import { mayBeAbout } from './api.ts';
import { type HoodReads, MOST_AT_ONCE, PROPERTY_KEY_FIELDS, type RowSource } from './row-lookup.ts';
import {
  type Collection,
  createdIn,
  fieldsOf,
  type HoodListQuery,
  type HoodPage,
  type HoodRow,
  type HoodSettings,
  listEndpoint,
  listRoute,
  pageIn,
  projectionOf,
  rowRoute,
  tagOf,
} from './rows.ts';
import { REQUESTS, subjectsIn, WHOSE } from './subjects.ts';

/**
 * Ocamba Hood in its own words, for one operation. A collection is named by the last segment of its REST path. Everything
 * throws `UpstreamError`.
 */
export class Hood {
  readonly #reads: HoodReads;
  readonly #operation: Operation;
  #turns: LimitFunction | undefined;
  #rowTurns: LimitFunction | undefined;

  constructor(reads: HoodReads, operation: Operation) {
    this.#reads = reads;
    this.#operation = operation;
  }

  get settings(): HoodSettings {
    return this.#reads.settings;
  }

  /** The same for another operation. */
  within(operation: Operation): Hood {
    return new Hood(this.#reads, operation);
  }

  /** One page of a list. */
  async list(
    collection: Collection,
    query: HoodListQuery,
    fields: readonly string[],
    page: { number: number; size: number },
  ): Promise<HoodPage> {
    const { api, settings } = this.#reads;
    const route = listRoute(collection);
    const lookup: Lookup<HoodPage> = {
      name: JSON.stringify([collection, query, page.number, page.size]),
      route,
      // Where rows are looked for, a 404 says that there are none.
      mayBeMissing: Object.keys(query.conditions ?? {}).length > 0,
      mayBeEmpty: page.number > 1,
      resource: collection,
      tagsOf: () => [tagOf(collection)],
      subjectsOf: (_key, page) => subjectsIn(collection, page?.items ?? [], query),
      path: ({ projection }) => listEndpoint(settings, collection, query, fieldsOf(projection), page).path,
      pageIn: (answer) => only(pageIn(api.client, route, answer)),
    };
    const read = await this.#operation.load(api, lookup, ONLY, this.#projectionOf(collection, fields));
    // Behind the first page it says nothing of how many rows there are.
    return read ?? { items: [], total: page.number === 1 ? 0 : undefined };
  }

  /**
   * What `read` finds of rows that share values of a field. Those of a list that fails are told apart; those that failed
   * alone a moment ago are left out.
   */
  async readTogether<Value>(
    collection: Collection,
    field: string,
    values: readonly string[],
    read: (values: readonly string[], isPart: boolean) => Promise<ReadonlyMap<string, Value>>,
  ): Promise<ReadonlyMap<string, Value | UpstreamError>> {
    const { client, failed } = this.#reads.api;
    const lookup = { name: `${collection} with ${field}`, route: listRoute(collection) };
    const waiting = [this.#operation];
    const together = values.filter((value) => !failed.failsAlone(lookup, value));
    const most = failed.mostKeys.get(lookup.name) ?? together.length;
    const lists = Array.from(
      together.keys().filter((index) => index % most === 0),
      (start) => together.slice(start, start + most),
    );
    const readList = async (list: readonly string[]) => {
      try {
        return await read(list, false);
      } catch (error) {
        const { found, alone } = await readApart(failed, lookup, list, error, (part) => read(part, true));
        for (const value of list) failed.learn({ lookup, projection: {}, found, waiting }, value, alone.has(value));
        for (const failure of found.values()) if (failure instanceof UpstreamError) client.report(failure);
        return found;
      }
    };
    return new Map((await Promise.all(lists.map(readList))).flatMap((found) => [...found]));
  }

  /** One row with at least the named fields; null when Hood has none with that id. */
  async row(source: RowSource, id: string, fields: readonly string[]): Promise<HoodRow | null> {
    if (!isSegment(id)) return null;
    const { api } = this.#reads;
    const lookup = this.#reads.rowsOf(source, id);
    const load = () => this.#operation.load(api, lookup, id, this.#projectionOf(source.collection, fields));
    this.#rowTurns ??= pLimit(MOST_AT_ONCE);
    return lookup.fits ? load() : this.#rowTurns(load);
  }

  /** The profile property with a key; null when there is none, or when the key has a comma and cannot be asked for. */
  async property(key: string, fields: readonly string[]): Promise<HoodRow | null> {
    if (key === '' || key.includes(',') || !isShort(key)) return null;
    const { api, settings, properties } = this.#reads;
    const needed = [...new Set([...PROPERTY_KEY_FIELDS, ...fields])].sort();
    return this.#operation.load(api, properties, key, projectionOf(settings, needed));
  }

  /** Creates a row. Returns it as Hood answers, perhaps without some of its fields; undefined if it answers without it. */
  async create(collection: Collection, body: object): Promise<HoodRow | undefined> {
    return createdIn(await this.#write('POST', collection, endpoint(listRoute(collection), {}), { body }));
  }

  /** The same out of a form: what is no text is sent as JSON, and files as they come. */
  async createFromForm(collection: Collection, values: object, files: Form['files']): Promise<HoodRow | undefined> {
    const texts = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const form = { fields: Object.fromEntries(texts), files };
    return createdIn(await this.#write('POST', collection, endpoint(listRoute(collection), {}), { form }));
  }

  /** Changes the given fields of a row. Hood answers 204 without the row. */
  async update(collection: Collection, id: string, body: object): Promise<void> {
    await this.#write('PATCH', collection, endpoint(rowRoute(collection), { id }), { body });
  }

  /**
   * Changes a row and empties one more of its fields, which no page says that Hood allows: if it refuses that, the change
   * is sent without, now and from then on. Returns what was written.
   */
  async updateEmptying(field: string, collection: Collection, id: string, body: object): Promise<object> {
    const { emptied } = this.#reads;
    const name = `${collection} ${field}`;
    const whole = { ...body, [field]: null };
    if (emptied.get(name) !== false) {
      try {
        await this.update(collection, id, whole);
        emptied.set(name, true);
        return whole;
      } catch (error) {
        if (emptied.get(name) || !mayBeAbout(field, error)) throw error;
      }
    }
    await this.update(collection, id, body);
    emptied.set(name, false);
    return body;
  }

  /**
   * Work that reads a row and changes it: no other such work of this process comes in between. Who cannot wait any longer
   * begins without his turn, and finds that no time is left for a call.
   */
  alone<Result>(collection: Collection, id: string, work: () => Promise<Result>): Promise<Result> {
    const { changing } = this.#reads;
    const name = `${collection} ${id}`;
    const before = changing.get(name) ?? Promise.resolve();
    const done = this.#operation.waitFor(before).then(work);
    const allDone = Promise.allSettled([before, done]).then(() => {
      if (changing.get(name) === allDone) changing.delete(name);
    });
    changing.set(name, allDone);
    return done;
  }

  /** Work of several calls, which an operation does many times: a few at a time, each from its first call to its last. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#turns ??= pLimit(MOST_AT_ONCE);
    return this.#turns(work);
  }

  /** Has the file of an export made again. Returns the id of the work that Hood has begun, if it answers with it. */
  async retryExport(id: string): Promise<string | undefined> {
    const where = endpoint(template('/v1/hood/exports/{id}/retry'), { id });
    const begun = createdIn(await this.#write('POST', EXPORTS.collection, where, {}));
    return begun && String(begun.id);
  }

  /** The error of a row that cannot be used. */
  malformed(collection: Collection): UpstreamError {
    return this.#reads.api.client.malformed(listRoute(collection));
  }

  /** The file of an export, read while it comes: at its documented address, or else at the one that its row has. */
  async download(id: string): Promise<OpenedStream> {
    const { client } = this.#reads.api;
    const documented = endpoint(template('/v1/hood/exports/{id}/download'), { id });
    try {
      return await client.open({ ...documented, options: this.#operation.options });
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.status !== 404) throw error;
      const path = await this.#downloadPath(id);
      if (path === undefined || path === documented.path) throw error;
      return client.open({ ...documented, path, isGiven: true, options: this.#operation.options });
    }
  }

  /** Where the row of an export says that its file is; undefined unless that is on Hood's own host, which the token is for. */
  async #downloadPath(id: string): Promise<string | undefined> {
    const { origin } = this.#reads.api.client;
    const row = await this.row(EXPORTS, id, ['download_url', 'id']);
    const address: unknown = Object(row).download_url;
    const url = typeof address === 'string' && address !== '' ? URL.parse(address, origin) : null;
    return url?.origin === origin ? url.pathname + url.search : undefined;
  }

  /** Whoever keeps account of whose data is read has to know whose it is. */
  #projectionOf(collection: Collection, fields: readonly string[]): Projection {
    const isWhose = this.#operation.subjects && collection === REQUESTS && !fields.includes(WHOSE);
    return projectionOf(this.settings, isWhose ? [...fields, WHOSE].sort() : fields);
  }

  #write(
    method: 'POST' | 'PATCH',
    collection: Collection,
    where: Endpoint,
    content: Pick<WriteCall, 'body' | 'form'>,
  ): Promise<unknown> {
    const { api } = this.#reads;
    return this.#operation.write(api, { atOnce: [tagOf(collection)] }, (options) =>
      api.client.send({ method, ...where, ...content, options }),
    );
  }
}

const EXPORTS: RowSource = { collection: 'exports', byPath: true, byList: true };
