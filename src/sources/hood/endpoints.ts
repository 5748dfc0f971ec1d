import type { Projection } from '../../http/cache/projection.ts';
import { type Endpoint, endpoint } from '../../http/client/path.ts';
import { type Conditions, written } from './grammar.ts';

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
  collection: string,
  query: HoodListQuery,
  fields: readonly string[],
  page: { number: number; size: number },
): Endpoint {
  return endpoint(
    `/v1/hood/${collection}`,
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
  collection: string,
  id: string,
  fields: readonly string[],
): Endpoint {
  return endpoint(`/v1/hood/${collection}/{id}`, { id }, narrowed(settings, fields));
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
