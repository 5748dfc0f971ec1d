import type { ApiRequest, Reply } from '../server.ts';
import type { Sor } from './sor.ts';

/** Answers one request; `parameter` is the part of the path that the template leaves open. */
export type SorHandler = (sor: Sor, request: ApiRequest, parameter: string) => Reply | Promise<Reply>;

/** Every endpoint of the seed, and the login. A fixed path stands before one with a parameter in the same place. */
export const SOR_ROUTES = [
  { host: 'api', method: 'POST', template: '/api/login' },
  { host: 'api', method: 'GET', template: '/api/customer_profiles' },
  { host: 'api', method: 'GET', template: '/api/customer_profiles/export' },
  { host: 'api', method: 'GET', template: '/api/customer_profiles/{customer_id}' },
  { host: 'feed', method: 'POST', template: '/api/attribute_values' },
  { host: 'api', method: 'GET', template: '/api/attribute_values' },
  { host: 'api', method: 'POST', template: '/api/attribute_values/batch_import' },
  { host: 'api', method: 'GET', template: '/api/attribute_values/import_jobs' },
  { host: 'api', method: 'GET', template: '/api/attribute_values/import_errors' },
  { host: 'api', method: 'GET', template: '/api/system_of_records' },
  { host: 'api', method: 'POST', template: '/api/system_of_records' },
  { host: 'api', method: 'GET', template: '/api/system_of_records/{sor_identifier}' },
  { host: 'api', method: 'PUT', template: '/api/system_of_records/{sor_identifier}' },
  { host: 'api', method: 'DELETE', template: '/api/system_of_records/{sor_identifier}' },
  { host: 'api', method: 'PUT', template: '/api/system_of_records/{sor_identifier}/disable' },
  { host: 'api', method: 'PUT', template: '/api/system_of_records/{sor_identifier}/enable' },
  { host: 'api', method: 'POST', template: '/api/customer_attributes' },
  { host: 'api', method: 'GET', template: '/api/customer_attributes/{ca_identifier}' },
  { host: 'api', method: 'PUT', template: '/api/customer_attributes/{ca_identifier}' },
  { host: 'api', method: 'DELETE', template: '/api/customer_attributes/{ca_identifier}' },
  { host: 'api', method: 'PUT', template: '/api/customer_attributes/{ca_identifier}/disable' },
  { host: 'api', method: 'PUT', template: '/api/customer_attributes/{ca_identifier}/enable' },
  { host: 'api', method: 'GET', template: '/api/removed_attributes' },
] as const;

export type SorRoute = (typeof SOR_ROUTES)[number];

/** `GET /api/customer_profiles`: no two routes share it. */
export type SorEndpoint = EndpointOf<SorRoute>;

type EndpointOf<Route extends SorRoute> = Route extends SorRoute
  ? `${Route['method']} ${Route['template']}`
  : never;

/** The route a request is for, and the open part of its path. */
export function routeOf(
  host: SorRoute['host'],
  { method, segments }: Pick<ApiRequest, 'method' | 'segments'>,
): { endpoint: SorEndpoint; parameter: string } | undefined {
  for (const route of SOR_ROUTES) {
    if (route.host !== host || route.method !== method) continue;
    const parts = route.template.split('/').slice(1);
    const fits = parts.every((part, index) => part.startsWith('{') || part === segments[index]);
    if (!fits || parts.length !== segments.length) continue;
    const open = parts.findIndex((part) => part.startsWith('{'));
    // A method and a template of the same row are one of the endpoints.
    return { endpoint: `${route.method} ${route.template}` as SorEndpoint, parameter: segments[open] ?? '' };
  }
  return undefined;
}
