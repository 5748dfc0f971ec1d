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
import { emailScan, NEWEST_FIRST } from '../hood/email-scan.ts';
import { type HoodList, hoodList } from '../hood/list-reading.ts';
import { gdprRequests } from '../resources/hood/gdpr-request.ts';
import { readRemovedAttributes } from '../resources/sor/customer-attributes.ts';
import { devicesOf } from '../resources/sor/profile-application.ts';
import { askedFor } from '../sor/profiles.ts';
import { profilesOfCustomers, requestsIn, unlessFailing, withoutRepeats } from './look-up.ts';
import { type PersonArguments, personNamed, UNJOINED_REQUESTS, UNREADABLE } from './person.ts';

/** How long whoever reads it hears nothing. */
const SIGN_MS = 1_000;

type Members = AsyncIterable<unknown> | Iterable<unknown>;

/** A page of requests. */
type Rows = { entries: { row: HoodRow | Error }[] };

/**
 * What both APIs know of a person, as pieces of a JSON text, each as soon as it is known. An API that fails is among
 * what is missing. The last line is a signature of the SHA-256 of all bytes before it.
 */
export async function* subjectFile(
  names: PersonArguments,
  whole: Context,
  fields: readonly string[],
  sign: (sha256: string) => Promise<string>,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  for await (const piece of withSigns(piecesOf(names, whole, fields))) {
    hash.update(piece);
    yield piece;
  }
  // What cannot be recorded is not signed.
  await whole.audit?.read();
  yield `"signature":${JSON.stringify(await sign(hash.digest('hex')))}}\n`;
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
async function* piecesOf(names: PersonArguments, whole: Context, fields: readonly string[]): AsyncGenerator<string> {
  const notes: ReadNote[] = [];
  const context = contextOf(whole.operation.part({ notes }), whole);
  const { clientIdType, hood, sor, sorSystems } = context;
  const { customers, clientId, email, gaps } = personNamed(names, clientIdType);
  const missing = [...gaps];
  const clientIds = new Set(clientId === undefined ? [] : [clientId]);
  const systems = new Set<string>();
  const needed = [...new Set(['id', ...fields])].sort();

  yield `{"subject":${JSON.stringify(names)},\n"madeAt":${JSON.stringify(new Date())},\n`;
  yield* list('gdprRequests', requests());
  yield* list('profiles', profiles());
  yield* list('systemsOfRecord', systemsOfValues());
  const read = withoutRepeats(notes);
  yield* list(
    'provenance',
    read.map(({ readAt, ...note }) => ({ ...note, readAt: new Date(readAt).toISOString() })),
  );
  yield* list('missing', [...withoutRepeats(missing), ...UNREADABLE]);

  /** Those that have the address, and then all others with the client ids of those that have it as the subject's. */
  async function* requests(): Members {
    const written = new Set<string>();
    if (email !== undefined) {
      const scan = emailScan(gdprRequests.source, email, needed, context);
      for await (const row of rowsOf(scan.pages())) {
        const clientId = scan.clientIdIn(row);
        if (clientId) clientIds.add(clientId);
        if (!scan.isOf(row)) continue;
        written.add(String(row.id));
        yield row;
      }
    }
    for (const clientId of clientIds) {
      const list = hoodList(gdprRequests.source, NEWEST_FIRST, context, { client_id: { eq: clientId } });
      for await (const row of rowsOf(pagesOf(list))) {
        if (!written.has(String(row.id))) yield row;
      }
    }
  }

  async function* pagesOf(list: HoodList): AsyncGenerator<Rows> {
    const needs = { fields: needed, onlyTotal: false };
    for (let after: string | undefined, hasNext = true; hasNext; ) {
      const window = { first: hood.settings.maxPageSize, after };
      const { rows, cursorOf, ...page } = await requestsIn(list, window, needs, missing);
      yield { entries: rows.map((row) => ({ row })) };
      hasNext = page.hasNext && rows.length > 0;
      after = hasNext ? cursorOf(rows.length - 1) : undefined;
    }
  }

  /** The rows of pages. What fails ends them, and is missing. */
  async function* rowsOf(pages: AsyncGenerator<Rows>): AsyncGenerator<HoodRow> {
    let until: string | null = null;
    for (;;) {
      const what: string = until ? `GDPR requests created before ${until}` : 'GDPR requests';
      const page: IteratorResult<Rows> | null = await unlessFailing(pages.next(), what, missing);
      if (!page || page.done) return;
      for (const { row } of page.value.entries) {
        if (isRow(row)) {
          until = isoDateTime((row as { create_time?: unknown }).create_time) ?? until;
          yield row;
        } else missing.push({ api: 'HOOD', what: 'A GDPR request', why: 'It cannot be read.' });
      }
    }
  }

  async function* profiles(): Members {
    const profiles = new SorProfiles(sor, {});
    const theirs = new Map(customers.map((customer) => [customer.join(), customer]));
    if (clientIdType) for (const id of clientIds) theirs.set(`${id},${clientIdType}`, [id, clientIdType]);
    else if (email !== undefined && clientIds.size > 0) missing.push(UNJOINED_REQUESTS);
    const read = (await profilesOfCustomers(profiles, [...theirs.values()], missing)) ?? [];
    const devices = new Set(read.flatMap(devicesOf)).difference(new Set(read.map(({ customer_id: id }) => id)));
    const ofDevices = [...devices].map((id) => [id, 'device_id'] as const);
    for (const profile of [...read, ...((await profilesOfCustomers(profiles, ofDevices, missing)) ?? [])]) {
      yield { profile, values: await valuesOf(profile), changes: await changesOf(profile, profiles) };
    }
  }

  /** The values with their dates, by system. For a device the API may answer with its last user's. */
  async function valuesOf(profile: ProfileRow): Promise<unknown[]> {
    const read = Object.keys(profile.attributes ?? {}).map(async (name) => {
      const system = await sorSystems.identifierOf(name);
      systems.add(system);
      const values = name === GLOBAL && system === GLOBAL ? null : await readValues(sor, profile, system);
      const { customer_id: id, customer_id_type: type } = profile;
      return values?.customer_id === id && values.customer_id_type === type ? [{ system, ...values }] : [];
    });
    const all = await Promise.all(read.map((values) => unlessFailing(values, 'Dates of values', missing)));
    return all.flatMap((values) => values ?? []);
  }

  /** All changes of one customer, of which the API may leave out removals; a list takes no comma in an id. */
  async function changesOf({ customer_id, customer_id_type }: ProfileRow, profiles: SorProfiles): Promise<unknown[]> {
    const what = 'Changes of values';
    if (customer_id.includes(',')) {
      missing.push({ api: 'SOR', what, why: 'The API cannot list changes of an id with a comma.' });
      return [];
    }
    const query = { customerIds: [customer_id], customerIdType: customer_id_type, updatedSince: ALWAYS };
    const page = await unlessFailing(profiles.list(query, { number: 1, size: 10 }), what, missing);
    return (page?.items ?? []).filter(askedFor(query)).map((row) => Object(row).attributes);
  }

  /** What the systems of the values are called, and the attributes that they have lost. */
  async function* systemsOfValues(): Members {
    for (const identifier of systems) {
      const system = await unlessFailing(sorSystems.findInList(identifier), 'Names of systems', missing);
      const reading = readRemovedAttributes(sor, identifier);
      const removedAttributes = (await unlessFailing(reading, 'Removed attributes', missing)) ?? [];
      yield { identifier, name: system?.name ?? null, type: system?.type ?? null, removedAttributes };
    }
  }
}

/** Before anything was written. */
const ALWAYS = new Date(0).toISOString();
