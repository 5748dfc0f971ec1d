import * as definitions from './definition-routes.ts';
import { randomLetters } from './definitions.ts';
import { importErrors, importFile, importJobs } from './imports.ts';
import { bodyOf, Refusal, success } from './messages.ts';
import { exportProfiles, listProfiles, readValues, viewProfile } from './profile-routes.ts';
import type { SorHandler } from './sor.ts';
import { feedValues } from './value-writing.ts';

/** The only route that takes no token. */
export const LOGIN = 'POST /api/login';

/** The only route of the feed host, which has no other. */
export const FEED = 'POST /api/attribute_values';

/** Hands out a token for the only e-mail and password. */
const login: SorHandler = async (sor, request) => {
  const { email, password } = await bodyOf(request);
  if (email !== 'sandbox@example.com' || password !== 'sandbox') throw new Refusal(401, 'Wrong email or password');
  const auth_token = randomLetters(32);
  sor.tokens.add(auth_token);
  return success({ auth_token });
};

/** Who answers which endpoint: all of the vendor's pages, and the login. A fixed path stands before an open one. */
export const HANDLERS: Readonly<Record<string, SorHandler>> = {
  [LOGIN]: login,
  'GET /api/customer_profiles': listProfiles,
  'GET /api/customer_profiles/export': exportProfiles,
  'GET /api/customer_profiles/{customer_id}': viewProfile,
  [FEED]: feedValues,
  'GET /api/attribute_values': readValues,
  'POST /api/attribute_values/batch_import': importFile,
  'GET /api/attribute_values/import_jobs': importJobs,
  'GET /api/attribute_values/import_errors': importErrors,
  'GET /api/system_of_records': definitions.listSystems,
  'POST /api/system_of_records': definitions.createSystem,
  'GET /api/system_of_records/{sor_identifier}': definitions.viewSystem,
  'PUT /api/system_of_records/{sor_identifier}': definitions.renameSystem,
  'DELETE /api/system_of_records/{sor_identifier}': definitions.deleteSystem,
  'PUT /api/system_of_records/{sor_identifier}/disable': definitions.switchSystem(true),
  'PUT /api/system_of_records/{sor_identifier}/enable': definitions.switchSystem(false),
  'POST /api/customer_attributes': definitions.createAttribute,
  'GET /api/customer_attributes/{ca_identifier}': definitions.viewAttribute,
  'PUT /api/customer_attributes/{ca_identifier}': definitions.relabelAttribute,
  'DELETE /api/customer_attributes/{ca_identifier}': definitions.deleteAttribute,
  'PUT /api/customer_attributes/{ca_identifier}/disable': definitions.switchAttribute(true),
  'PUT /api/customer_attributes/{ca_identifier}/enable': definitions.switchAttribute(false),
  'GET /api/removed_attributes': definitions.listRemovedAttributes,
};

/** Every endpoint there is: `GET /api/system_of_records`. */
export const SOR_ROUTES: readonly string[] = Object.keys(HANDLERS);
