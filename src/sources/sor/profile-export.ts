import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { OpenedStream } from '../../http/client/calls.ts';
import { template } from '../../http/client/path.ts';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import { jsonIn } from '../../http/json/lossless-json.ts';
import { flagIn } from '../exact-values.ts';
import type { CustomerIdType } from './profile-rows.ts';
import type { Sor } from './sor.ts';
import { SorSystems } from './systems.ts';

/** Which profiles are exported, and what of them; what is left out does not matter. */
export interface ProfileExportQuery {
  customerIdType?: CustomerIdType | undefined;
  systems?: readonly string[] | undefined;
  keys?: readonly string[] | undefined;
  /** ISO 8601 in UTC. */
  updatedSince?: string | undefined;
}

const ROUTE = template('/api/customer_profiles/export');

/** How long an export may take until its file is there, in how many calls, and the pauses between these. */
const MAX_WAIT_MS = 60_000;
const MAX_CALLS = 20;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** A longer answer is data, not a word about where data is. */
const MAX_BYTES = 65_536;

/** Statuses of an answer that is not the file yet. */
const NOT_YET: readonly number[] = [202, 204];

/** Where an answer may say that the file is, the surest first: no page shows such an answer for profiles. */
const ADDRESSES = ['download_url', 'download_urls', 'url', 'callback_url'] as const;

/**
 * The file of an export of profiles, as it comes. If the API names an address instead, it is asked there, on its own
 * host only, until the file is there: with pauses, at most 20 times within a minute. Throws `UpstreamError`.
 */
export async function openProfileExport(sor: Sor, query: ProfileExportQuery, signal: AbortSignal) {
  const until = performance.now() + MAX_WAIT_MS;
  let current: string | undefined;
  let opened: OpenedStream | undefined = await sor.open(ROUTE, await parametersOf(query, sor));
  for (let wait = FIRST_PAUSE_MS, calls = 1; ; calls += 1) {
    const unreadable = () => Promise.reject(sor.malformed(ROUTE));
    const start = opened && (await jsonStart(opened).catch(unreadable));
    const { success } = Object(start?.value);
    if (flagIn(success) === false) throw sor.malformed(ROUTE);
    const isThere = start && !NOT_YET.includes(start.whole.status);
    const result = wordIn(start?.value);
    if (isThere && !result) return start.whole;
    start?.whole.body.destroy();
    const next = addressIn(result ?? {}) ?? current;
    if (next === undefined) throw sor.malformed(ROUTE);
    if (calls === MAX_CALLS || performance.now() + wait > until) throw sor.overdue(ROUTE);
    await pause(wait, undefined, { signal });
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
    current = next;
    opened = await sor.openAddress(ROUTE, next).catch(unlessMissing);
  }
}

/** At an address that the API has just named there is nothing yet. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof UpstreamError) || error.status !== 404) throw error;
}

/** The list of systems is read only for the word `global`: nobody documents that an export knows it. */
async function parametersOf({ customerIdType, systems, keys, updatedSince }: ProfileExportQuery, sor: Sor) {
  const directory = new SorSystems(sor);
  const identifiers = systems && (await Promise.all(systems.map((name) => directory.identifierOf(name))));
  return {
    attribute_keys: keys?.join(','),
    customer_id_type: customerIdType,
    sor_identifiers: identifiers && [...new Set(identifiers)].join(','),
    updated_since: updatedSince,
  };
}

/** What an answer says about a file that is still to come: an address, or no more than that a job has begun. */
function wordIn(answer: unknown): Record<string, unknown> | undefined {
  const { success, result } = Object(answer);
  const members: Record<string, unknown> = Object(result);
  const isFile = Array.isArray(result) || Object.values(members).some(Array.isArray);
  return flagIn(success) && (!isFile || ADDRESSES.some((name) => name in members)) ? members : undefined;
}

/** The one address that is filled in; of several files none could be left out, so they are not used. */
function addressIn(result: Record<string, unknown>): string | undefined {
  for (const name of ADDRESSES) {
    const value = result[name];
    const filled = (typeof value === 'object' && value !== null ? Object.values(value) : [value]).filter(
      (address): address is string => typeof address === 'string' && address !== '',
    );
    if (filled.length === 1) return filled[0];
  }
  return undefined;
}

/** What a response says if it is short JSON, and all its bytes. Reads no more of it than a short answer has. */
async function jsonStart(opened: OpenedStream) {
  const type = String(opened.headers['content-type'] ?? '');
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return { value: undefined, whole: opened };
  let start = Buffer.alloc(0);
  for await (const piece of opened.body.iterator({ destroyOnReturn: false })) {
    start = Buffer.concat([start, piece]);
    if (start.length > MAX_BYTES) break;
  }
  if (opened.body.readableEnded) {
    const value = jsonIn(start.toString(), { lenient: true });
    return { value, whole: { ...opened, body: Readable.from([start]) } };
  }
  opened.body.unshift(start);
  return { value: undefined, whole: opened };
}
