import { Refusal } from './errors.ts';
import { type Condition, conditionOn } from './filters.ts';
import type { Resource } from './resources.ts';

/** What a list request asks for, checked. */
export interface ListQuery {
  fields: readonly string[];
  conditions: Condition[];
  /** Contained, in any letter case, in one of `columns`. */
  search: { text: string; columns: string[] } | undefined;
  order: { column: string; descending: boolean }[];
  /** From 1. */
  page: number;
  pageSize: number;
}

/** How many rows a page has when nothing or too much is asked for: 20 and 100 unless set. */
export interface PageSizes {
  defaultPageSize: number;
  /** More is silently lowered to it. */
  maxPageSize: number;
}

const COMMON = ['fields', 'view', 'sort', 'page', 'q', 'q_fields'];

/** Reads a list's query string. Throws a `Refusal` (400) for whatever the list does not document. */
export function readListQuery(resource: Resource, query: URLSearchParams, sizes: PageSizes): ListQuery {
  refuseUnknown(resource, query, [...COMMON, ...resource.filterable]);
  const conditions = resource.filterable.flatMap((column) => {
    const text = query.get(column);
    if (text === null) return [];
    const condition = conditionOn(column, resource.columns[column] ?? 'text', text);
    if (typeof condition === 'string') throw new Refusal(resource.badRequest, condition);
    return [condition];
  });
  return {
    fields: readFields(resource, query),
    conditions,
    search: readSearch(resource, query),
    order: readOrder(resource, query),
    ...readPage(resource, query, sizes),
  };
}

/** Reads the query string of a get-by-id: only `fields` and `view`. */
export function readGetQuery(resource: Resource, query: URLSearchParams): readonly string[] {
  refuseUnknown(resource, query, ['fields', 'view']);
  return readFields(resource, query);
}

function refuseUnknown(resource: Resource, query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name)) throw new Refusal(resource.badRequest, `${name}: not a parameter of this call`);
    if (query.getAll(name).length > 1) throw new Refusal(resource.badRequest, `${name}: given more than once`);
  }
}

/** `fields` wins over `view`; without either it is the default view. */
function readFields(resource: Resource, query: URLSearchParams): readonly string[] {
  const { badRequest, columns, askableAlso = [], onlyInFullView } = resource;
  const view = query.get('view') ?? 'default';
  if (view !== 'full' && view !== 'default') throw new Refusal(badRequest, 'view: full or default');
  const fields = query.get('fields')?.split(',');
  const unknown = fields?.find((field) => !Object.hasOwn(columns, field) && !askableAlso.includes(field));
  if (unknown !== undefined) throw new Refusal(badRequest, `fields: there is no field "${unknown}"`);
  const inView = (column: string) => view === 'full' || !onlyInFullView.includes(column);
  return fields ?? Object.keys(columns).filter(inView);
}

function readSearch({ badRequest, searchable = {} }: Resource, query: URLSearchParams): ListQuery['search'] {
  const text = query.get('q');
  const names = query.get('q_fields')?.split(',');
  if (text === null && names) throw new Refusal(badRequest, 'q_fields: only together with q');
  if (text === null) return undefined;
  const [byDefault] = Object.keys(searchable);
  if (byDefault === undefined) throw new Refusal(badRequest, 'q: this list cannot be searched');
  const columns = (names ?? [byDefault]).map((name) => {
    const column = Object.hasOwn(searchable, name) ? searchable[name] : undefined;
    if (!column) throw new Refusal(badRequest, `q_fields: "${name}" cannot be searched`);
    return column;
  });
  return { text, columns };
}

function readOrder({ badRequest, sortable }: Resource, query: URLSearchParams): ListQuery['order'] {
  const columns = query.get('sort')?.split(',') ?? [];
  const order = columns.map((key) => ({ column: key.replace(/^-/, ''), descending: key.startsWith('-') }));
  const unsortable = order.find(({ column }) => !sortable.includes(column));
  if (unsortable) throw new Refusal(badRequest, `sort: "${unsortable.column}" cannot be sorted by`);
  if (new Set(order.map(({ column }) => column)).size < order.length)
    throw new Refusal(badRequest, 'sort: a field stands in it twice');
  return order;
}

/** `N` or `N,M`, both from 1. A size over the maximum is silently lowered. */
function readPage({ badRequest }: Resource, query: URLSearchParams, sizes: PageSizes) {
  const [matched, page, size = sizes.defaultPageSize] =
    /^([1-9]\d{0,8})(?:,([1-9]\d{0,8}))?$/.exec(query.get('page') ?? '1') ?? [];
  if (!matched) throw new Refusal(badRequest, 'page: N or N,M, each a whole number from 1');
  return { page: Number(page), pageSize: Math.min(Number(size), sizes.maxPageSize) };
}
