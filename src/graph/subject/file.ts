import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadNote } from '../../http/reads/operation.ts';
import { plainJson } from '../../sources/exact-values.ts';
import { type HoodRow, isRow } from '../../sources/hood/rows.ts';
import type { ProfileRow } from '../../sources/sor/profile-rows.ts';
import { SorProfiles } from '../../sources/sor/profiles.ts';
import { GLOBAL } from '../../sources/sor/systems.ts';
import { readValues } from '../../sources/sor/values.ts';
import { isoDateTime } from '../../sources/time.ts';
import { type Context, contextOf } from '../context.ts';
import { EmailScan, NEWEST_FIRST } from '../hood/email-scan.ts';
import { HoodList } from '../hood/list-reading.ts';
import { gdprRequests } from '../resources/hood/gdpr-request.ts';
import { readRemovedAttributes } from '../resources/sor/removed-attribute.ts';
import { askedFor } from '../sor/profiles.ts';
import { profilesOfCustomers, requestsIn, unlessFailing, withoutRepeats } from './look-up.ts';
import { type Gap, type PersonArguments, personNamed, UNJOINED_REQUESTS, UNREADABLE } from './person.ts';

/** How long whoever reads it hears nothing. */
const SIGN_MS = 1_000;

type Members = AsyncIterable<unknown>;

/** A page of requests. */
type Rows = { entries: { row: HoodRow | Error }[] };

/**
 * What both APIs know of a person, as the pieces of a JSON text in UTF-8, each as soon as it is known. An API that fails
 * is among what is missing. The last line is a signature of the SHA-256 of all bytes before that line. `fields` are those
 * of a request.
 */
export async function* subjectFile(
  names: PersonArguments,
  whole: Context,
  fields: readonly string[],
  sign: (sha256: string) => Promise<string>,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  for await (const piece of withSigns(piecesOf(new SubjectFile(names, whole, fields)))) {
    hash.update(piece);
    yield piece;
  }
  // What cannot be recorded is not signed.
  await whole.audit?.read();
  yield `"signature":${JSON.stringify(await sign(hash.digest('hex')))}}\n`;
}

async function* piecesOf(file: SubjectFile): AsyncGenerator<string> {
  yield `{"subject":${JSON.stringify(file.names)},\n"madeAt":${JSON.stringify(new Date())},\n`;
  yield* list('gdprRequests', file.requests());
  yield* list('profiles', file.profiles());
  yield* list('systemsOfRecord', file.systems());
  yield* list('provenance', file.provenance());
  yield* list('missing', file.missing());
}

async function* list(name: string, members: Members): AsyncGenerator<string> {
  yield `"${name}":[`;
  let before = '\n';
  for await (const member of members) {
    yield `${before}${JSON.stringify(plainJson(member))}`;
    before = ',\n';
  }
  yield '],\n';
}

/** The same pieces; while none comes, line ends between them show that more is to come. */
async function* withSigns(pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  for (let next = pieces.next(); ; ) {
    const ending = new AbortController();
    const piece = await Promise.race([next, pause(SIGN_MS, undefined, { signal: ending.signal, ref: false })]);
    ending.abort();
    if (piece?.done) return;
    yield piece ? piece.value : '\n';
    if (piece) next = pieces.next();
  }
}

/** Reads one person to the end, part after part. */
class SubjectFile {
  readonly names: PersonArguments;
  readonly #fields: readonly string[];
  readonly #context: Context;
  readonly #notes: ReadNote[] = [];
  readonly #missing: Gap[];
  readonly #person: ReturnType<typeof personNamed>;
  readonly #clientIds: Set<string>;
  readonly #systems = new Set<string>();

  constructor(names: PersonArguments, whole: Context, fields: readonly string[]) {
    this.names = names;
    this.#fields = [...new Set(['id', ...fields])].sort();
    this.#context = contextOf(whole.operation.noting(this.#notes), whole);
    this.#person = personNamed(names, whole.clientIdType);
    this.#missing = [...this.#person.gaps];
    this.#clientIds = new Set(this.#person.clientId === undefined ? [] : [this.#person.clientId]);
  }

  /** Those that have the address, and then all others with the client ids of those that have it as the subject's. */
  async *requests(): Members {
    const written = new Set<string>();
    const { email } = this.#person;
    if (email !== undefined) {
      const scan = new EmailScan(gdprRequests.source, email, this.#fields, this.#context);
      for await (const row of this.#rowsOf(scan.pages())) {
        const clientId = scan.clientIdIn(row);
        if (clientId) this.#clientIds.add(clientId);
        if (!scan.isOf(row)) continue;
        written.add(String(row.id));
        yield row;
      }
    }
    for (const clientId of this.#clientIds) {
      const list = new HoodList(gdprRequests.source, NEWEST_FIRST, this.#context, { client_id: { eq: clientId } });
      for await (const row of this.#rowsOf(this.#pagesOf(list))) {
        if (!written.has(String(row.id))) yield row;
      }
    }
  }

  async *#pagesOf(list: HoodList): AsyncGenerator<Rows> {
    const needs = { fields: this.#fields, onlyTotal: false };
    for (let after: string | undefined, hasNext = true; hasNext; ) {
      const window = { first: this.#context.hood.settings.maxPageSize, after };
      const { rows, cursorOf, ...page } = await requestsIn(list, window, needs, this.#missing);
      yield { entries: rows.map((row) => ({ row })) };
      hasNext = page.hasNext && rows.length > 0;
      after = hasNext ? cursorOf(rows.length - 1) : undefined;
    }
  }

  /** The rows of pages. What fails ends them, and is missing. */
  async *#rowsOf(pages: AsyncGenerator<Rows>): AsyncGenerator<HoodRow> {
    let until: string | null = null;
    for (;;) {
      const what: string = until ? `GDPR requests created before ${until}` : 'GDPR requests';
      const page: IteratorResult<Rows> | null = await unlessFailing(pages.next(), what, this.#missing);
      if (!page || page.done) return;
      for (const { row } of page.value.entries) {
        if (isRow(row)) {
          until = isoDateTime((row as { create_time?: unknown }).create_time) ?? until;
          yield row;
        } else this.#missing.push({ api: 'HOOD', what: 'A GDPR request', why: 'It cannot be read.' });
      }
    }
  }

  async *profiles(): Members {
    const { clientIdType, sor } = this.#context;
    const profiles = new SorProfiles(sor, { keys: undefined, systems: undefined });
    const customers = new Map(this.#person.customers.map((customer) => [customer.join(), customer]));
    if (clientIdType) for (const id of this.#clientIds) customers.set(`${id},${clientIdType}`, [id, clientIdType]);
    else if (this.#person.email !== undefined && this.#clientIds.size > 0) this.#missing.push(UNJOINED_REQUESTS);
    const read = (await profilesOfCustomers(profiles, [...customers.values()], this.#missing)) ?? [];
    const devices = new Set(read.flatMap(devicesIn)).difference(new Set(read.map(({ customer_id: id }) => id)));
    const ofDevices = [...devices].map((id) => [id, 'device_id'] as const);
    for (const profile of [...read, ...((await profilesOfCustomers(profiles, ofDevices, this.#missing)) ?? [])]) {
      yield { profile, values: await this.#valuesOf(profile), changes: await this.#changesOf(profile, profiles) };
    }
  }

  /** The values with their dates, by system. For a device the API may answer with its last user's. */
  async #valuesOf(profile: ProfileRow): Promise<unknown[]> {
    const { sor, sorSystems } = this.#context;
    const read = Object.keys(profile.attributes ?? {}).map(async (name) => {
      const system = await sorSystems.identifierOf(name);
      this.#systems.add(system);
      const values = name === GLOBAL && system === GLOBAL ? null : await readValues(sor, profile, system);
      const { customer_id: id, customer_id_type: type } = profile;
      return values?.customer_id === id && values.customer_id_type === type ? [{ system, ...values }] : [];
    });
    const all = await Promise.all(read.map((values) => unlessFailing(values, 'Dates of values', this.#missing)));
    return all.flatMap((values) => values ?? []);
  }

  /** All changes of one customer, of which the API may leave out removals; a list takes no comma in an id. */
  async #changesOf({ customer_id, customer_id_type }: ProfileRow, profiles: SorProfiles): Promise<unknown[]> {
    const what = 'Changes of values';
    if (customer_id.includes(',')) {
      this.#missing.push({ api: 'SOR', what, why: 'The API cannot list changes of an id with a comma.' });
      return [];
    }
    const query = { customerIds: [customer_id], customerIdType: customer_id_type, updatedSince: ALWAYS };
    const page = await unlessFailing(profiles.list(query, { number: 1, size: 10 }), what, this.#missing);
    return (page?.items ?? []).filter(askedFor(query)).map((row) => Object(row).attributes);
  }

  /** What the systems of the values are called, and the attributes that they have lost. */
  async *systems(): Members {
    const { sor, sorSystems } = this.#context;
    for (const identifier of this.#systems) {
      const system = await unlessFailing(sorSystems.findInList(identifier), 'Names of systems', this.#missing);
      const reading = readRemovedAttributes(sor, identifier);
      const removedAttributes = (await unlessFailing(reading, 'Removed attributes', this.#missing)) ?? [];
      yield { identifier, name: system?.name ?? null, type: system?.type ?? null, removedAttributes };
    }
  }

  async *provenance(): Members {
    const notes = withoutRepeats(this.#notes);
    yield* notes.map(({ readAt, ...note }) => ({ ...note, readAt: new Date(readAt).toISOString() }));
  }

  async *missing(): Members {
    yield* [...withoutRepeats(this.#missing), ...UNREADABLE];
  }
}

/** Before anything was written. */
const ALWAYS = new Date(0).toISOString();

function devicesIn({ applications }: ProfileRow): string[] {
  const members = (list: unknown): object[] => (Array.isArray(list) ? list.map(Object) : []);
  return members(applications)
    .flatMap((application) => members((application as { installations?: unknown }).installations))
    .map((installation) => (installation as { device_id?: unknown }).device_id)
    .filter((id): id is string => typeof id === 'string');
}
