import type { HoodRecord } from './generated-row.ts';
import type { ResourceName } from './resources.ts';

const SAMPLE_TIMES = { create_time: '2025-01-29 12:47:00', update_time: '2025-01-30 14:27:26' };

const SENT = {
  ...{ label: 'my_region', data_type: 'text', example: 'northern_europe', export_alias: 'region_name' },
  description:
    'Custom region information associated with the profile. Can be used to group or filter profiles based on regional segmentation defined by your organization.',
  ...{ pi_data: 1, importable: 1, exportable: 1 },
};

/** What the page on creating profile properties sends, and what differs in its answer from any other creation's. */
export const CREATION_SAMPLE = { request: SENT, response: { id: '1000105', system: 1, ...SAMPLE_TIMES } };

/**
 * The rows that the pages print, and plain older ones up to the printed totals (5).
 * `page=1,3` and `page=4,1` of customer data are then the printed answers, and so is `page=1,1` of exports but for a time.
 */
export const SAMPLES: Record<ResourceName, readonly HoodRecord[]> = {
  customerData: [
    dataKey('343776', '6197120', 'mina_test', 0, '2025-02-06 11:33:46'),
    dataKey('343775', '6197120', 'asdasdasdasdads', 1, '2025-02-06 11:30:07'),
    dataKey('343774', '6197120', 'testasdasda', 1, '2025-02-06 11:15:10'),
    { ...dataKey('1000105', '7196310', 'data_key', 1, ''), ...SAMPLE_TIMES },
    dataKey('343770', '6197120', 'first_key', 0, '2025-01-15 09:00:00'),
  ],
  gdprRequests: [0, 1, 2, 3, 4].map(gdprRequest),
  exports: [0, 1, 2, 3, 4].map(exported),
  profileProperties: [],
};

function dataKey(id: string, company: string, target: string, pi: number, time: string): HoodRecord {
  return { id, company_id: company, target, pi_data: pi, create_time: time, update_time: time };
}

/** The newest has the examples of the page's fields; the page hides the e-mail, and its `client_id` is a rounded one. */
function gdprRequest(age: number): HoodRecord {
  const person = {
    ...{ full_name: 'John Smith', address: '131 Acacia Avenue' },
    ...{ email: 'john.smith@example.com', phone_number: '+13412313' },
  };
  const storage = 'https://storage.ocamba.com/7196310/hood/gdpr-request/17368658975598751634';
  return {
    ...{ id: String(1_000_023 - age), company_id: '7196310' },
    client_id: age === 0 ? '17368658975598752000' : '17368658975598751634',
    ...{ status: 'pending', submission_reason: 'consent-withdrawal' },
    rejection_reason: 'Proof of identity is not valid.',
    additional_information: 'I also would like to have some non identifiable information removed.',
    information_to_remove: 'I wish to remove all indetifiable information about John Smith.',
    proof_of_address: `${storage}/proof_of_address.pdf`,
    proof_of_identity: `${storage}/proof_of_identity.pdf`,
    request_declaration: { data_holder_name: 'some-website.com', signature: 'John Smith', date: '2025-01-21' },
    ...{ requester_information: person, subject_information: person },
    ...{ create_time: `2021-10-29 12:${47 - age}:00`, update_time: '2021-10-30 14:27:26' },
  };
}

/** As the page prints it, but for `expire_time`: printed is the time of its creation, after which there is no file. */
function exported(age: number): HoodRecord {
  const id = String(1_000_000 - age);
  const time = `2021-07-30 12:${50 - age}:13`;
  return {
    id,
    ...{ company_id: '1000001', creator_id: '1000001', resource: 'quick-reports', status: 'ready' },
    ...{ name: 'Christmas list - 22.05.2025 11:44:32', description: 'help here', size: 125 },
    ...{ extension: 'csv', mime_type: 'text/csv' },
    download_url: `/v1/hood/customers/exports/${id}/download`,
    ...{ attempt_count: 1, download_count: 1 },
    failure_reason: 'Export failed due to an internal error. Please try again later.',
    ...{ expire_time: '2099-07-30 12:50:13', create_time: time, update_time: time },
  };
}
