import { bigIntAsNumber } from '../exact-json.ts';
import { BAD_REQUEST, BAD_REQUEST_BODY } from './errors.ts';
import { generatedExports } from './generated-exports.ts';
import { generatedGdprRequests } from './generated-gdpr-requests.ts';
import { generatedCustomerData, generatedProfileProperties } from './generated-properties.ts';
import type { GeneratedColumns, HoodRecord } from './generated-row.ts';

/** How a column's values are compared, and how they are written in a query. `json` columns are only carried. */
export type ColumnKind = 'text' | 'number' | 'flag' | 'time' | 'json';

/** Everything that is peculiar to one list of Hood. */
export interface Resource {
  /** The last segment of the list's path. */
  path: string;
  columns: Record<string, ColumnKind>;
  /** Columns that `view=default` leaves out. */
  onlyInFullView: readonly string[];
  sortable: readonly string[];
  filterable: readonly string[];
  /** The names that `q_fields` takes, each with the column it searches. `q` alone searches the first. */
  searchable?: Record<string, string>;
  /** Another key under which some rows carry a column, whichever of the two was asked for. */
  spelledAlso?: Record<string, string>;
  /** Which of those other keys `fields` takes: those that a documented list prints. */
  askableAlso?: readonly string[];
  /** `GET /{path}/{id}` does not exist. */
  noGetById?: true;
  /** Its made-up rows. */
  generated: GeneratedColumns;
  /** The 400 of its GETs as its page prints it. */
  badRequest: typeof BAD_REQUEST;
}

/** The names by which code and options call the four lists. */
export type ResourceName = 'customerData' | 'gdprRequests' | 'exports' | 'profileProperties';

const TIMES = 'create_time update_time';

const exportColumns = columnsOf({
  text: 'id company_id creator_id resource status name description extension mime_type download_url failure_reason',
  number: 'size attempt_count download_count',
  time: `expire_time ${TIMES}`,
});

/** The lists as the vendor's pages describe them. Which columns a view has is documented nowhere and chosen here. */
export const RESOURCES: Record<ResourceName, Resource> = {
  customerData: {
    path: 'customer-data',
    columns: columnsOf({
      text: 'id company_id target label data_type description example export_alias',
      flag: 'pi_data',
      time: TIMES,
    }),
    onlyInFullView: words('label data_type description example export_alias'),
    sortable: words(`target pi_data ${TIMES}`),
    filterable: words(`id target pi_data ${TIMES}`),
    searchable: { target: 'target', pi_data: 'pi_data' },
    generated: generatedCustomerData,
    badRequest: BAD_REQUEST,
  },
  gdprRequests: {
    path: 'gdpr-requests',
    columns: columnsOf({
      text: `id company_id client_id status submission_reason rejection_reason additional_information
        information_to_remove proof_of_address proof_of_identity`,
      json: 'request_declaration requester_information subject_information',
      time: TIMES,
    }),
    onlyInFullView: words('proof_of_address proof_of_identity request_declaration'),
    sortable: words(TIMES),
    filterable: words(`client_id status ${TIMES}`),
    // Its page describes searching, and names no field for it.
    searchable: { information_to_remove: 'information_to_remove', client_id: 'client_id' },
    generated: generatedGdprRequests,
    badRequest: BAD_REQUEST_BODY,
  },
  exports: {
    path: 'exports',
    columns: exportColumns,
    onlyInFullView: [],
    sortable: words(`resource status name size extension mime_type attempt_count download_count expire_time ${TIMES}`),
    filterable: Object.keys(exportColumns),
    searchable: {
      ...{ name: 'name', id: 'id', resource: 'resource', description: 'description' },
      failed_reason: 'failure_reason',
    },
    spelledAlso: { failure_reason: 'failed_reason' },
    generated: generatedExports,
    badRequest: BAD_REQUEST,
  },
  profileProperties: {
    path: 'profile-properties',
    columns: columnsOf({
      text: 'id company_id target label data_type example description export_alias',
      json: 'import_aliases',
      flag: 'pi_data system importable exportable',
      time: TIMES,
    }),
    onlyInFullView: words('import_aliases export_alias'),
    sortable: words(`data_type pi_data importable exportable ${TIMES}`),
    filterable: words(`id target label data_type example pi_data system importable exportable ${TIMES}`),
    searchable: { label: 'label', target: 'target', description: 'description' },
    spelledAlso: { label: 'property' },
    askableAlso: ['property'],
    noGetById: true,
    generated: generatedProfileProperties,
    badRequest: BAD_REQUEST_BODY,
  },
};

/** All four, in the order of their pages. */
export const RESOURCE_NAMES = Object.keys(RESOURCES) as ResourceName[];

/** Only the fields asked for, under the key that the record itself uses, in the record's own order. */
export function project(resource: Resource, record: HoodRecord, fields: readonly string[]): HoodRecord {
  const asked = new Set(fields);
  for (const spellings of Object.entries(resource.spelledAlso ?? {})) {
    if (spellings.some((key) => asked.has(key))) for (const key of spellings) asked.add(key);
  }
  const shown = Object.entries(record).filter(([key]) => asked.has(key));
  return Object.fromEntries(shown.map(([key, value]) => [key, bigIntAsNumber(value)]));
}

function words(text: string): string[] {
  return text.split(/\s+/);
}

function columnsOf(names: Partial<Record<ColumnKind, string>>): Record<string, ColumnKind> {
  const kinds = Object.entries(names) as [ColumnKind, string][];
  return Object.fromEntries(kinds.flatMap(([kind, text]) => words(text).map((name) => [name, kind])));
}
