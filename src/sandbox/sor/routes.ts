import { findRoute } from '../routing.ts';
import type { ApiRequest } from '../server.ts';
import {
  createAttribute,
  createSystem,
  deleteAttribute,
  deleteSystem,
  listRemovedAttributes,
  listSystems,
  relabelAttribute,
  renameSystem,
  switchAttribute,
  switchSystem,
  viewAttribute,
  viewSystem,
} from './definition-routes.ts';
import { feedValues } from './feed-route.ts';
import { importErrors, importFile, importJobs } from './import-routes.ts';
import { bodyOf, Refusal, success } from './messages.ts';
import { exportProfiles, listProfiles, viewProfile } from './profile-routes.ts';
import type { SorHandler } from './sor.ts';
import { readValues } from './value-routes.ts';

/** Which of the two hosts. */
export type SorHost = 'api' | 'feed';

/** The only route that takes no token. */
export const LOGIN = 'POST /api/login';

/** Hands out a token for the right e-mail and password. */
const login: SorHandler = async (sor, request) => {
  const { email, password } = await bodyOf(request);
  const auth_token = sor.tokens.login(email, password);
  if (!auth_token) throw new Refusal(401, 'Wrong email or password');
  return success({ auth_token });
};

/** Who answers which endpoint: all of the vendor's pages, and the login. A fixed path stands before an open one. */
export const HANDLERS: Readonly<Record<string, SorHandler>> = {
  [LOGIN]: login,
  'GET /api/customer_profiles': listProfiles,
  'GET /api/customer_profiles/export': exportProfiles,
  'GET /api/customer_profiles/{customer_id}': viewProfile,
  'POST /api/attribute_values': feedValues,
  'GET /api/attribute_values': readValues,
  'POST /api/attribute_values/batch_import': importFile,
  'GET /api/attribute_values/import_jobs': importJobs,
  'GET /api/attribute_values/import_errors': importErrors,
  'GET /api/system_of_records': listSystems,
  'POST /api/system_of_records': createSystem,
  'GET /api/system_of_records/{sor_identifier}': viewSystem,
  'PUT /api/system_of_records/{sor_identifier}': renameSystem,
  'DELETE /api/system_of_records/{sor_identifier}': deleteSystem,
  'PUT /api/system_of_records/{sor_identifier}/disable': switchSystem(true),
  'PUT /api/system_of_records/{sor_identifier}/enable': switchSystem(false),
  'POST /api/customer_attributes': createAttribute,
  'GET /api/customer_attributes/{ca_identifier}': viewAttribute,
  'PUT /api/customer_attributes/{ca_identifier}': relabelAttribute,
  'DELETE /api/customer_attributes/{ca_identifier}': deleteAttribute,
  'PUT /api/customer_attributes/{ca_identifier}/disable': switchAttribute(true),
  'PUT /api/customer_attributes/{ca_identifier}/enable': switchAttribute(false),
  'GET /api/removed_attributes': listRemovedAttributes,
};

/** Every endpoint there is. Values are fed to a host of their own. */
export const SOR_ROUTES = Object.keys(HANDLERS).map((route) => {
  const [method = '', template = ''] = route.split(' ');
  const host: SorHost = route === 'POST /api/attribute_values' ? 'feed' : 'api';
  return { host, method, template };
});

/** The endpoint that a request to a host is for, and the open part of its path. */
export function routeOf(
  host: SorHost,
  request: Pick<ApiRequest, 'method' | 'segments'>,
): { endpoint: string; parameter: string } | undefined {
  const routes = SOR_ROUTES.filter((route) => route.host === host);
  const found = findRoute(
    routes.map(({ method, template }) => `${method} ${template}`),
    request,
  );
  return found && { endpoint: found.route, parameter: found.parameter };
}
