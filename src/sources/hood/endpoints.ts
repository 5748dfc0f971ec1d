import type { Projection } from '../../http/cache/projection.ts';
import { type Endpoint, endpoint, type Route, template } from '../../http/client/path.ts';
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
