import { generatedExports } from './generated-exports.ts';
import { generatedGdprRequests } from './generated-gdpr-requests.ts';
import { generatedCustomerData, generatedProfileProperties } from './generated-properties.ts';
import type { Generator } from './generated-row.ts';

/** How a column's values are compared, and how they are written in a query. `json` columns are only carried. */
export type ColumnKind = 'text' | 'number' | 'flag' | 'time' | 'json';

/** Everything that is peculiar to one list of Hood; the engine is the same for all. */
export interface Resource {
  /** The last segment of the list's path. */
  path: string;
  columns: Record<string, ColumnKind>;
  /** Columns that `view=default` leaves out. */
  onlyInFullView: readonly string[];
  sortable: readonly string[];
  filterable: readonly string[];
  /** Names `q_fields` takes, each with the column it searches. The first is where `q` alone searches. */
  searchable: Record<string, string>;
  /** Another key under which some rows carry a column, whichever of the two was asked for. */
  spelledAlso: Record<string, string>;
  /** Which of those other keys `fields` takes: those that a documented list prints. */
  askableAlso: readonly string[];
  /** Rows of a page when `page` does not say. */
  pageSize: number;
  /** Whether `GET /{path}/{id}` exists. */
  getById: boolean;
  /** Its made-up rows. */
  generator: Generator;
  /** The message of its 400 varies with the page. */
  badRequestSays: 'request' | 'body';
}

/** The names by which code and options call the four lists. */
export type ResourceName = 'customerData' | 'gdprRequests' | 'exports' | 'profileProperties';

const customerDataColumns = {
  id: 'text',
  company_id: 'text',
  target: 'text',
  pi_data: 'flag',
  create_time: 'time',
  update_time: 'time',
  label: 'text',
  data_type: 'text',
  description: 'text',
  example: 'text',
  export_alias: 'text',
} as const satisfies Record<string, ColumnKind>;

const gdprRequestColumns = {
  id: 'text',
  company_id: 'text',
  client_id: 'text',
  status: 'text',
  submission_reason: 'text',
  rejection_reason: 'text',
  additional_information: 'text',
  information_to_remove: 'text',
  proof_of_address: 'text',
  proof_of_identity: 'text',
  request_declaration: 'json',
  requester_information: 'json',
  subject_information: 'json',
  create_time: 'time',
  update_time: 'time',
} as const satisfies Record<string, ColumnKind>;

const exportColumns = {
  id: 'text',
  company_id: 'text',
  creator_id: 'text',
  resource: 'text',
  status: 'text',
  name: 'text',
  description: 'text',
  size: 'number',
  extension: 'text',
  mime_type: 'text',
  download_url: 'text',
  attempt_count: 'number',
  download_count: 'number',
  failure_reason: 'text',
  expire_time: 'time',
  create_time: 'time',
  update_time: 'time',
} as const satisfies Record<string, ColumnKind>;

const profilePropertyColumns = {
  id: 'text',
  company_id: 'text',
  target: 'text',
  label: 'text',
  data_type: 'text',
  example: 'text',
  description: 'text',
  import_aliases: 'json',
  export_alias: 'text',
  pi_data: 'flag',
  system: 'flag',
  importable: 'flag',
  exportable: 'flag',
  create_time: 'time',
  update_time: 'time',
} as const satisfies Record<string, ColumnKind>;

/** The lists as their pages describe them. What no page says (views, page sizes) is chosen here. */
export const RESOURCES = {
  customerData: {
    path: 'customer-data',
    columns: customerDataColumns,
    onlyInFullView: ['label', 'data_type', 'description', 'example', 'export_alias'],
    sortable: ['target', 'pi_data', 'create_time', 'update_time'],
    filterable: ['id', 'target', 'pi_data', 'create_time', 'update_time'],
    searchable: { target: 'target', pi_data: 'pi_data' },
    spelledAlso: {},
    askableAlso: [],
    pageSize: 20,
    getById: true,
    generator: generatedCustomerData,
    badRequestSays: 'request',
  },
  gdprRequests: {
    path: 'gdpr-requests',
    columns: gdprRequestColumns,
    onlyInFullView: ['proof_of_address', 'proof_of_identity', 'request_declaration'],
    sortable: ['create_time', 'update_time'],
    filterable: ['client_id', 'status', 'create_time', 'update_time'],
    searchable: {},
    spelledAlso: {},
    askableAlso: [],
    pageSize: 20,
    getById: true,
    generator: generatedGdprRequests,
    badRequestSays: 'body',
  },
  exports: {
    path: 'exports',
    columns: exportColumns,
    onlyInFullView: [],
    sortable: [
      'resource',
      'status',
      'name',
      'size',
      'extension',
      'mime_type',
      'attempt_count',
      'download_count',
      'expire_time',
      'create_time',
      'update_time',
    ],
    filterable: Object.keys(exportColumns),
    searchable: {
      name: 'name',
      id: 'id',
      resource: 'resource',
      description: 'description',
      failed_reason: 'failure_reason',
    },
    spelledAlso: { failure_reason: 'failed_reason' },
    askableAlso: [],
    pageSize: 20,
    getById: true,
    generator: generatedExports,
    badRequestSays: 'request',
  },
  profileProperties: {
    path: 'profile-properties',
    columns: profilePropertyColumns,
    onlyInFullView: ['import_aliases', 'export_alias'],
    sortable: ['data_type', 'pi_data', 'importable', 'exportable', 'create_time', 'update_time'],
    filterable: [
      'id',
      'target',
      'label',
      'data_type',
      'example',
      'pi_data',
      'system',
      'importable',
      'exportable',
      'create_time',
      'update_time',
    ],
    searchable: { label: 'label', target: 'target', description: 'description' },
    spelledAlso: { label: 'property' },
    askableAlso: ['property'],
    pageSize: 20,
    getById: false,
    generator: generatedProfileProperties,
    badRequestSays: 'body',
  },
} as const satisfies Record<ResourceName, Resource>;

/** The list with this path segment, if there is one. */
export function resourceAt(path: string | undefined): ResourceName | undefined {
  return RESOURCE_NAMES.find((name) => RESOURCES[name].path === path);
}

/** All four, in the order of their pages. */
export const RESOURCE_NAMES = Object.keys(RESOURCES) as ResourceName[];

/** The columns that filters, orders and searches use. */
export function comparedColumns(resource: Resource): string[] {
  const used = [...resource.sortable, ...resource.filterable, ...Object.values(resource.searchable)];
  return [...new Set(used.concat('create_time'))];
}

/** Those of them that the store keeps apart from the record; the id has a column of its own in every list. */
export function keyColumns(resource: Resource): string[] {
  return comparedColumns(resource).filter((column) => column !== 'id');
}
