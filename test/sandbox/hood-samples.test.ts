import { expect, test } from 'vitest';
import { BAD_REQUEST_BODY } from '../../src/sandbox/hood/errors.ts';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { call, send } from './hood-client.ts';

// The JSON below is copied from the vendor's pages, so that a slip in the stand-in's own rows is seen.

test('customer data answers the first documented sample: five rows in all, the newest three on the page', async () => {
  await using hood = await startHood({ rows: 0, defaultPageSize: 3 });
  const { text } = await call(hood, 'customer-data');
  expect(text).toBe(
    compact(`{
  "total":5,
  "items":[
    {
      "id": "343776",
      "company_id": "6197120",
      "target": "mina_test",
      "pi_data": 0,
      "create_time": "2025-02-06 11:33:46",
      "update_time": "2025-02-06 11:33:46"
    },
    {
      "id": "343775",
      "company_id": "6197120",
      "target": "asdasdasdasdads",
      "pi_data": 1,
      "create_time": "2025-02-06 11:30:07",
      "update_time": "2025-02-06 11:30:07"
    },
    {
      "id": "343774",
      "company_id": "6197120",
      "target": "testasdasda",
      "pi_data": 1,
      "create_time": "2025-02-06 11:15:10",
      "update_time": "2025-02-06 11:15:10"
    }
  ]
}`),
  );
});

test('customer data answers the second documented sample on the fourth page of one row', async () => {
  await using hood = await startHood({ rows: 0 });
  const { text } = await call(hood, 'customer-data?page=4,1');
  expect(text).toBe(
    compact(`{
  "total": 5,
  "items": [
    {
      "id": "1000105",
      "company_id": "7196310",
      "target": "data_key",
      "pi_data": 1,
      "create_time": "2025-01-29 12:47:00",
      "update_time": "2025-01-30 14:27:26"
    }
  ]
}`),
  );
});

test('exports answer the documented curl call where the page size of the list is one, with a file that has not expired', async () => {
  await using hood = await startHood({ rows: 0, defaultPageSize: 1 });
  const { text } = await call(hood, 'exports');
  expect(text).toBe(
    compact(`{
  "total": 5,
  "items": [
    {
      "id": "1000000",
      "company_id": "1000001",
      "creator_id": "1000001",
      "resource": "quick-reports",
      "status": "ready",
      "name": "Christmas list - 22.05.2025 11:44:32",
      "description": "help here",
      "size": 125,
      "extension": "csv",
      "mime_type": "text/csv",
      "download_url": "/v1/hood/customers/exports/1000000/download",
      "attempt_count": 1,
      "download_count": 1,
      "failure_reason": "Export failed due to an internal error. Please try again later.",
      "expire_time": "2099-07-30 12:50:13",
      "create_time": "2021-07-30 12:50:13",
      "update_time": "2021-07-30 12:50:13"
    }
  ]
}`),
  );
});

test('GDPR requests hold the documented example of every field', async () => {
  await using hood = await startHood({ rows: 0 });
  const { body } = await call(hood, 'gdpr-requests?view=full&page=1,10');
  expect(body.total).toBe(5);
  const contact = {
    full_name: 'John Smith',
    address: '131 Acacia Avenue',
    email: 'john.smith@example.com', // the page hides it
    phone_number: '+13412313',
  };
  const storage = 'https://storage.ocamba.com/7196310/hood/gdpr-request/17368658975598751634';
  expect(body.items[0]).toEqual({
    additional_information: 'I also would like to have some non identifiable information removed.',
    client_id: '17368658975598752000',
    company_id: '7196310',
    create_time: '2021-10-29 12:47:00',
    id: '1000023',
    information_to_remove: 'I wish to remove all indetifiable information about John Smith.',
    proof_of_address: `${storage}/proof_of_address.pdf`,
    proof_of_identity: `${storage}/proof_of_identity.pdf`,
    rejection_reason: 'Proof of identity is not valid.',
    request_declaration: {
      data_holder_name: 'some-website.com',
      date: '2025-01-21',
      signature: 'John Smith',
    },
    requester_information: contact,
    status: 'pending',
    subject_information: contact,
    submission_reason: 'consent-withdrawal',
    update_time: '2021-10-30 14:27:26',
  });
});

const CREATE_PROPERTY = `{
"label": "my_region",
"data_type": "text",
"example": "northern_europe",
"description": "Custom region information associated with the profile. Can be used to group or filter profiles based on regional segmentation defined by your organization.",
"export_alias": "region_name",
"pi_data": 1,
"importable": 1,
"exportable": 1
}`;

test('creating a profile property answers the documented sample, also among generated rows', async () => {
  await using hood = await startHood();
  const { status, headers, text } = await send(hood, 'POST', 'profile-properties', CREATE_PROPERTY);
  expect(status).toBe(201);
  expect(headers.get('content-type')).toBe('application/json');
  expect(text).toBe(
    compact(`{
"id": "1000105",
"company_id": "7196310",
"target": "my_region",
"label": "my_region",
"data_type": "text",
"example": "northern_europe",
"description": "Custom region information associated with the profile. Can be used to group or filter profiles based on regional segmentation defined by your organization.",
"import_aliases": [
"region_name"
],
"export_alias": "region_name",
"pi_data": 1,
"system": 1,
"importable": 1,
"exportable": 1,
"create_time": "2025-01-29 12:47:00",
"update_time": "2025-01-30 14:27:26"
}`),
  );
});

test('the documented creation a second time is the documented 400, because the label is taken', async () => {
  await using hood = await startHood({ rows: 0 });
  await send(hood, 'POST', 'profile-properties', CREATE_PROPERTY);
  const { status, text, reason } = await send(hood, 'POST', 'profile-properties', CREATE_PROPERTY);
  expect(status).toBe(400);
  expect(reason).toContain('taken');
  expect(text).toBe(JSON.stringify(BAD_REQUEST_BODY));
});

test('a documented row is read by its id in the envelope of a list', async () => {
  await using hood = await startHood({ rows: 0 });
  const { body } = await call(hood, 'exports/1000000?fields=id,size');
  expect(body).toEqual({ total: 1, items: [{ id: '1000000', size: 125 }] });
});

function compact(json: string): string {
  return JSON.stringify(JSON.parse(json));
}
