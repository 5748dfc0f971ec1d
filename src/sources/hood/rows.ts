import type { Projection } from '../../http/cache/projection.ts';
import type { JsonClient } from '../../http/client/json-client.ts';
import { type Endpoint, endpoint, type Route, template } from '../../http/client/path.ts';
import { jsonIn } from '../../http/json/lossless-json.ts';
import { countIn, listIn } from '../exact-values.ts';
import { type Conditions, written } from './grammar.ts';

/** What Hood has lists of, by the last segments of their paths. */
export type Collection = 'customer-data' | 'exports' | 'gdpr-requests' | 'profile-properties';

/** The route of a list. */
export function listRoute(collection: Collection): Route<never> {
  return template(`/v1/hood/${collection}`);
}

/** The route of one row. */
export function rowRoute(collection: Collection): Route<'id'> {
  return template(`/v1/hood/${collection}/{id}`);
}

/** Which rows of a collection, and in which order. */
export interface HoodListQuery {
  /** Each filtered field's condition. */
  conditions?: Conditions | undefined;
  /** `create_time`, `-create_time`; several are joined by commas. */
  sort?: string | undefined;
  /** Without fields Hood searches a default one. */
  search?: { text: string; fields: readonly string[] } | undefined;
}

export interface HoodSettings {
  /** `selection` asks for the named fields alone, `full` for everything (`view=full`). */
  fields: 'selection' | 'full';
  /** The largest page asked for. */
  maxPageSize: number;
}

/** Where one page of a list is. */
export function listEndpoint(
  settings: HoodSettings,
  collection: Collection,
  query: HoodListQuery,
  fields: readonly string[],
  page: { number: number; size: number },
): Endpoint {
  return endpoint(
    listRoute(collection),
    {},
    {
      ...written(query.conditions ?? {}),
      ...narrowed(settings, fields),
      page: `${page.number},${page.size}`,
      q: query.search?.text,
      q_fields: query.search?.fields.join(',') || undefined,
      sort: query.sort,
    },
  );
}

/** Where one row is. */
export function rowEndpoint(
  settings: HoodSettings,
  collection: Collection,
  id: string,
  fields: readonly string[],
): Endpoint {
  return endpoint(rowRoute(collection), { id }, narrowed(settings, fields));
}

/** What of each row an answer has. */
export function projectionOf(settings: HoodSettings, fields: readonly string[]): Projection {
  return { fields: settings.fields === 'full' ? undefined : fields };
}

/** The fields that a projection names. */
export function fieldsOf(projection: Projection): readonly string[] {
  return projection['fields'] ?? [];
}

/** What a write to a collection changes. */
export function tagOf(collection: string): string {
  return `hood/${collection}`;
}

function narrowed(settings: HoodSettings, fields: readonly string[]): { view?: string; fields?: string } {
  return settings.fields === 'full' ? { view: 'full' } : { fields: fields.join(',') };
}

/** A row in Hood's own spelling. Only `id` is certain: every other field may be missing, null or odd. */
export interface HoodRow {
  id: string;
}

/** One page as it came. */
export interface HoodPage {
  /** There may be fewer than asked for, and each may be anything: only that it is a list has been checked. */
  items: unknown[];
  /** How many rows the whole list has; undefined when the answer does not say. */
  total: number | undefined;
}

/** Makes the errors of answers that cannot be read. */
type Malformed = Pick<JsonClient, 'malformed'>;

/** `{ total, items }`, also as `data` of another envelope, or with names in capitals. */
function envelopeIn(answer: unknown): { items?: unknown; total?: unknown } {
  const members = Object.entries(Object(answer)).map(([name, value]) => [name.toLowerCase(), value]);
  const { data, ...others } = Object.fromEntries(members);
  if ('items' in others) return others;
  return Array.isArray(data) ? { ...others, items: data } : { ...others, ...Object(data) };
}

/**
 * The rows of a list. Some collections write the total as text (vendor's pages on segments and organizations). A list
 * without rows may be null, or left out.
 */
export function pageIn(client: Malformed, route: string, answer: unknown): HoodPage {
  const { items, total } = envelopeIn(answer);
  const count = countIn(total);
  const rows = listIn(items, isRow) ?? (count === 0 && Object.keys(Object(items)).length === 0 ? [] : undefined);
  if (!rows) throw client.malformed(route);
  return { items: rows, total: count };
}

/** One row comes in the envelope of lists when it is read, and bare when it was created (vendor's pages); either will do. */
export function rowsIn(client: Malformed, route: string, answer: unknown): unknown[] {
  const row = [answer, envelopeIn(answer)].find(isRow);
  return row ? [row] : pageIn(client, route, answer).items;
}

/** The row that was created, if the answer to its creation has it. */
export function createdIn(answer: unknown): HoodRow | undefined {
  const envelope = envelopeIn(answer);
  return [answer, envelope, envelope.items].flat().find(isRow);
}

/** Whether a row can be told from others: an object with an id. */
export function isRow(value: unknown): value is HoodRow {
  const id = (value as HoodRow | null)?.id as unknown;
  return (typeof id === 'string' && id !== '') || typeof id === 'number';
}

/** A nested object, also as text, as forms have it; null where Hood has none: its back end writes an empty one as `[]`. */
export function hoodObject<Fields extends object>(given: unknown): Fields | null {
  const value = typeof given === 'string' ? jsonIn(given, { lenient: true }) : given;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.keys(value).length > 0 ? (value as Fields) : null;
}

/** A web address, or null for what is none; other schemes than http and https are never passed on. */
export function webAddress(value: unknown): string | null {
  return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : null;
}
