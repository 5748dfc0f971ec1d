import type { GraphQLResolveInfo } from 'graphql';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import type { ReadNote } from '../../http/reads/operation.ts';
import type { HoodRow } from '../../sources/hood/rows.ts';
import type { CustomerIdType, ProfileRow } from '../../sources/sor/profile-rows.ts';
import type { SorProfiles } from '../../sources/sor/profiles.ts';
import { BadInput } from '../caller-error.ts';
import type { Connection } from '../connection.ts';
import { type Context, contextOf } from '../context.ts';
import { emailScan, NEWEST_FIRST, type ScanWindow } from '../hood/email-scan.ts';
import { type HoodList, hoodList, type RowNeeds } from '../hood/list-reading.ts';
import { argumentsOf } from '../node-ids.ts';
import { rowsOfWindow } from '../paging/window.ts';
import { gdprRequests } from '../resources/hood/gdpr-request.ts';
import { type SelectionInfo, selectedFields, upstreamFields } from '../selection.ts';
import { profileIdOf, profilesOf } from '../sor/profiles.ts';
import { type Gap, type Person, type PersonArguments, personNamed, UNJOINED_REQUESTS, UNREADABLE } from './person.ts';

/** The requests of a window; null where they could not be read. */
type Requests = Connection<HoodRow | Error> | null;

/** What was found of a person. */
export type DataSubjectValue = NonNullable<Awaited<ReturnType<typeof lookUp>>>;

export type SubjectArguments = PersonArguments & { maxCalls: number };

/** More would not go into a minute of the account. */
export const MOST_CALLS = 100;

/** Throws `BadInput` for arguments that name nobody. */
export function personIn({ maxCalls, ...names }: SubjectArguments, { clientIdType }: Context): Person {
  if (maxCalls < 0 || maxCalls > MOST_CALLS) {
    throw new BadInput(`Expected "maxCalls" to be a whole number from 0 to ${MOST_CALLS}, not ${maxCalls}.`);
  }
  return personNamed(names, clientIdType);
}

/** The windows of requests that are selected, or the one that tells whether there are any. Each is good. */
export function windowsIn(info: SelectionInfo, { hood }: Context): ScanWindow[] {
  const windows = selectedFields(info, 'DataSubject').flatMap(({ node, field }) => {
    if (field?.name !== 'gdprRequests') return [];
    try {
      const window: ScanWindow = argumentsOf(field, node, info.variableValues);
      rowsOfWindow(window, hood.settings.maxPageSize);
      return [window];
    } catch {
      // A mistake in a window is its own.
      return [];
    }
  });
  return windows.length > 0 ? withoutRepeats(windows, keyOf) : [{}];
}

/** Tells windows apart. */
export function keyOf({ first, after }: ScanWindow): string {
  return JSON.stringify([first ?? null, after ?? null]);
}

/** Looks a person up; null where neither API knows anything and all that can be asked was. */
export async function lookUp(args: SubjectArguments, whole: Context, info: GraphQLResolveInfo) {
  const { operation, clientIdType: joined } = whole;
  const person = personIn(args, whole);
  const notes: ReadNote[] = [];
  const missing = [...person.gaps];
  /** Theirs, as far as requests tell them that name their address as the subject's. */
  const clientIds = new Set<string>();
  const context = contextOf(operation.part({ notes }), whole);

  async function requestsOf(window: ScanWindow): Promise<Requests> {
    const { email, clientId } = person;
    if (email !== undefined) return searched(email, window);
    if (clientId === undefined) return null;
    const list = hoodList(gdprRequests.source, NEWEST_FIRST, context, { client_id: { eq: clientId } });
    return unlessFailing(requestsIn(list, window, list.needs(info, 'GdprRequest'), missing), 'GDPR requests', missing);
  }

  async function searched(email: string, window: ScanWindow): Promise<Requests> {
    const { allowance } = operation.options;
    let left = args.maxCalls;
    const own = { limit: left, take: () => left > 0 && (allowance?.take() ?? true) && left-- > 0 };
    operation.subjects?.add([['customer', email]]);
    const fields = upstreamFields(info, 'GdprRequest');
    const searching = contextOf(operation.part({ notes, allowance: own }), whole);
    const scan = emailScan(gdprRequests.source, email, fields, searching);
    const found = await scan.scanWindow(window, () => left > 0);
    const { failure, hasNext, looked, unreadable, until } = found;
    if (failure !== undefined && !(failure instanceof UpstreamError)) throw failure;
    const isOver = failure === undefined || failure.failure === 'tooCostly';
    const stopped = `The search stopped after ${looked} requests: it goes on with \`after: endCursor\`, and further with more \`maxCalls\`.`;
    if (hasNext) {
      const what = until ? `GDPR requests created before ${until}` : 'GDPR requests';
      missing.push({ api: 'HOOD', what, why: isOver ? stopped : failure.message });
    }
    if (unreadable > 0) missing.push({ api: 'HOOD', what: `${unreadable} GDPR requests`, why: 'They cannot be read.' });
    if (!isOver && looked === 0) return null;
    for (const id of found.rows.map((row) => scan.clientIdIn(row))) if (id) clientIds.add(id);
    return found;
  }

  const profilesBy = profilesOf(context, info);
  const reading = profilesOfCustomers(profilesBy, person.customers, missing);
  const requests = new Map(windowsIn(info, whole).map((window) => [keyOf(window), requestsOf(window)]));
  // A mistake in a window is its own.
  const read = (await Promise.allSettled(requests.values())).map((each) => ('value' in each ? each.value : undefined));
  const own = await reading;
  if (clientIds.size > 0 && !joined) missing.push(UNJOINED_REQUESTS);
  const customers = joined ? [...clientIds].map((id) => [id, joined] as const) : [];
  const found = (await profilesOfCustomers(profilesBy, customers, missing)) ?? [];
  const profiles = own || found.length > 0 ? withoutRepeats([...(own ?? []), ...found], profileIdOf) : null;
  const isUnknown = profiles?.length === 0 && read.every((each) => each && each.rows.length === 0 && !each.total);
  if (isUnknown && missing.length === 0) return null;
  const parts = { requests, provenance: withoutRepeats(notes), missing: [...withoutRepeats(missing), ...UNREADABLE] };
  return { ...person, profiles, ...parts };
}

/** Where a list of someone's requests has others', too. */
const AMONG_OTHERS: Gap = {
  api: 'HOOD',
  what: 'GDPR requests',
  why: 'The API gives those of others as well, and more of them than were looked at.',
};

/** A window of someone's requests. That it has not all of them, as others' came as well, is noted among what is missing. */
export async function requestsIn(list: HoodList, window: ScanWindow, needs: RowNeeds, missing: Gap[]) {
  const read = await list.read(window, needs);
  if (read.isPartial) missing.push(AMONG_OTHERS);
  return read;
}

/** Waits for a part of what is looked up; null where that fails, which is noted among what is missing. */
export async function unlessFailing<Part>(part: Promise<Part>, what: string, missing: Gap[]): Promise<Part | null> {
  try {
    return await part;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    missing.push({ api: error.api, what, why: error.message });
    return null;
  }
}

/** The profiles of customers, each once; null where none of them could be read. */
export async function profilesOfCustomers(
  profiles: Pick<SorProfiles, 'load'>,
  customers: readonly (readonly [id: string, type: CustomerIdType])[],
  missing: Gap[],
): Promise<ProfileRow[] | null> {
  const failed: Gap[] = [];
  const loaded = await Promise.all(
    customers.map(([id, type]) => unlessFailing(profiles.load(id, type), 'Profiles', failed)),
  );
  missing.push(...failed);
  if (failed.length > 0 && failed.length === customers.length) return null;
  return withoutRepeats(
    loaded.filter((profile) => profile !== null),
    profileIdOf,
  );
}

/** Each once: what is asked for together comes of one call, or fails with it. */
export function withoutRepeats<Value extends object>(
  values: readonly Value[],
  idOf: (value: Value) => unknown = (value) => JSON.stringify(value),
): Value[] {
  return [...new Map(values.map((value) => [idOf(value), value])).values()];
}
