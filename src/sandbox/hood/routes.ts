import type { ApiRequest, Handler, Reply } from '../server.ts';
import { download } from './download.ts';
import { NOT_FOUND, Refusal, UNAUTHORIZED } from './errors.ts';
import { type PageSizes, readGetQuery, readListQuery } from './list-query.ts';
import { project } from './record.ts';
import { RESOURCES, type Resource, type ResourceName, resourceAt } from './resources.ts';
import type { HoodStore } from './store.ts';
import { createProfileProperty, existing, updateGdprRequest, updateProfileProperty } from './writes.ts';

/** Lets only requests with the bearer token through to `handler`. */
export function onlyWith(token: string, handler: Handler): Handler {
  return (request) => {
    const [, sent] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    return sent === token ? handler(request) : new Refusal(UNAUTHORIZED, 'not the bearer token').reply;
  };
}

/** Answers `/v1/hood/...` out of the store. */
export function hoodRoutes(store: HoodStore, sizes: PageSizes): Handler {
  return async (request) => {
    try {
      return await answer(store, sizes, request);
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      throw error;
    }
  };
}

/** What the API does beside listing and viewing, by method and template. */
const ACTIONS: Readonly<
  Record<string, (store: HoodStore, request: ApiRequest, id: string) => Reply | Promise<Reply>>
> = {
  'POST /v1/hood/profile-properties': createProfileProperty,
  'PATCH /v1/hood/profile-properties/{id}': (store, request, id) => updateProfileProperty(store, id, request),
  'PATCH /v1/hood/gdpr-requests/{id}': (store, request, id) => updateGdprRequest(store, id, request),
  'GET /v1/hood/exports/{id}/download': (store, _request, id) => download(store, id),
};

/** Every endpoint there is: `GET /v1/hood/exports/{id}`. */
export const HOOD_ROUTES: readonly string[] = [
  ...Object.values(RESOURCES).flatMap(({ path, getById }) => [
    `GET /v1/hood/${path}`,
    ...(getById ? [`GET /v1/hood/${path}/{id}`] : []),
  ]),
  ...Object.keys(ACTIONS),
];

function answer(store: HoodStore, sizes: PageSizes, request: ApiRequest): Reply | Promise<Reply> {
  const [version, api, path, id, ...rest] = request.segments;
  const name = resourceAt(path);
  if (version !== 'v1' || api !== 'hood' || !name) throw noRoute();

  const template = ['', version, api, path, ...(id === undefined ? [] : ['{id}']), ...rest].join('/');
  const action = ACTIONS[`${request.method} ${template}`];
  if (action) return action(store, request, id ?? '');
  if (request.method !== 'GET' || rest.length > 0) throw noRoute();
  return id === undefined ? list(store, sizes, name, request) : get(store, name, id, request);
}

function list(store: HoodStore, sizes: PageSizes, name: ResourceName, request: ApiRequest): Reply {
  const resource: Resource = RESOURCES[name];
  const query = readListQuery(resource, request.query, sizes);
  const { total, records } = store.list(name, query);
  return {
    status: 200,
    json: { total, items: records.map((record) => project(resource, record, query.fields)) },
  };
}

/** The list's envelope again, as the vendor's pages print it. */
function get(store: HoodStore, name: ResourceName, id: string, request: ApiRequest): Reply {
  const resource: Resource = RESOURCES[name];
  if (!resource.getById) throw noRoute();
  const fields = readGetQuery(resource, request.query);
  return { status: 200, json: { total: 1, items: [project(resource, existing(store, name, id), fields)] } };
}

function noRoute(): Refusal {
  return new Refusal(NOT_FOUND, 'there is no such call');
}
