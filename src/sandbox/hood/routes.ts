import { findRoute } from '../routing.ts';
import type { ApiRequest, Reply } from '../server.ts';
import { download } from './download.ts';
import { NOT_FOUND, Refusal } from './errors.ts';
import { moveExports, retryExport } from './exports.ts';
import type { Hood, HoodHandler } from './list.ts';
import { readGetQuery, readListQuery } from './list-query.ts';
import { project, RESOURCE_NAMES, RESOURCES, type ResourceName } from './resources.ts';
import {
  createCustomerData,
  createProfileProperty,
  updateCustomerData,
  updateProfileProperty,
} from './write-definitions.ts';
import { createGdprRequest, updateGdprRequest } from './write-gdpr-requests.ts';

/** Who answers which endpoint (`GET /v1/hood/exports/{id}`). */
const HANDLERS: Readonly<Record<string, HoodHandler>> = {
  ...Object.fromEntries(RESOURCE_NAMES.flatMap(readsOf)),
  'GET /v1/hood/exports/{id}/download': download,
  // Where the `download_url` of exports leads.
  'GET /v1/hood/customers/exports/{id}/download': download,
  'POST /v1/hood/exports/{id}/retry': retryExport,
  'POST /v1/hood/customer-data': createCustomerData,
  'PATCH /v1/hood/customer-data/{id}': updateCustomerData,
  'POST /v1/hood/profile-properties': createProfileProperty,
  'PATCH /v1/hood/profile-properties/{id}': updateProfileProperty,
  'POST /v1/hood/gdpr-requests': createGdprRequest,
  'PATCH /v1/hood/gdpr-requests/{id}': updateGdprRequest,
};

/** Every endpoint there is: `GET /v1/hood/exports/{id}`. */
export const HOOD_ROUTES: readonly string[] = Object.keys(HANDLERS);

/** Answers `/v1/hood/...`. Throws a `Refusal` for what cannot be honoured. */
export async function answer(hood: Hood, request: ApiRequest): Promise<Reply> {
  const found = findRoute(HOOD_ROUTES, request);
  const handler = found && HANDLERS[found.route];
  if (!handler) throw new Refusal(NOT_FOUND, 'there is no such call');
  moveExports(hood);
  return handler(hood, request, found.parameter);
}

/** A list's own GETs. A get by id has the list's envelope too, as the vendor's pages print it. */
function readsOf(name: ResourceName): [string, HoodHandler][] {
  const resource = RESOURCES[name];
  const list: HoodHandler = ({ lists, settings }, { query }) => {
    const asked = readListQuery(resource, query, settings);
    const { total, records } = lists[name].page(asked);
    return {
      status: 200,
      json: { total, items: records.map((record) => project(resource, record, asked.fields)) },
    };
  };
  const get: HoodHandler = ({ lists }, { query }, id) => {
    const fields = readGetQuery(resource, query);
    return { status: 200, json: { total: 1, items: [project(resource, lists[name].get(id), fields)] } };
  };
  const path = `GET /v1/hood/${resource.path}`;
  return [[path, list], ...(resource.noGetById ? [] : [[`${path}/{id}`, get] as [string, HoodHandler]])];
}
