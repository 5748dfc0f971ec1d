import {
  createAttribute,
  deleteAttribute,
  disableAttribute,
  enableAttribute,
  listRemovedAttributes,
  relabelAttribute,
  viewAttribute,
} from './attribute-routes.ts';
import { exportProfiles } from './export-route.ts';
import { feedValues } from './feed-route.ts';
import { importErrors, importFile, importJobs } from './import-routes.ts';
import { login } from './login.ts';
import { listProfiles, viewProfile } from './profile-routes.ts';
import type { SorEndpoint, SorHandler } from './routes.ts';
import {
  createSystem,
  deleteSystem,
  disableSystem,
  enableSystem,
  listSystems,
  renameSystem,
  viewSystem,
} from './system-routes.ts';
import { readValues } from './value-routes.ts';

/** Who answers which endpoint. */
export const HANDLERS: Record<SorEndpoint, SorHandler> = {
  'POST /api/login': login,
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
  'PUT /api/system_of_records/{sor_identifier}/disable': disableSystem,
  'PUT /api/system_of_records/{sor_identifier}/enable': enableSystem,
  'POST /api/customer_attributes': createAttribute,
  'GET /api/customer_attributes/{ca_identifier}': viewAttribute,
  'PUT /api/customer_attributes/{ca_identifier}': relabelAttribute,
  'DELETE /api/customer_attributes/{ca_identifier}': deleteAttribute,
  'PUT /api/customer_attributes/{ca_identifier}/disable': disableAttribute,
  'PUT /api/customer_attributes/{ca_identifier}/enable': enableAttribute,
  'GET /api/removed_attributes': listRemovedAttributes,
};
