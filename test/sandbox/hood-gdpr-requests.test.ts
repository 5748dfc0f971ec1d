import { expect, test } from 'vitest';
import { BAD_REQUEST_BODY } from '../../src/sandbox/hood/errors.ts';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { call, send } from './hood-client.ts';

const EMPTY = { rows: 0, samples: false, limits: 'none' } as const;

/** What the vendor's page sends: objects are JSON, proofs are files. */
const SENT = {
  client_id: '17371227395790007397',
  requester_information: JSON.stringify({ full_name: 'John Smith', phone_number: '+1241241', email: 'j@example.com' }),
  information_to_remove: 'All about myself.',
  submission_reason: 'consent-withdrawal',
  request_declaration: JSON.stringify({ signature: 'John Smith', date: '2025-01-21' }),
};

function formOf(fields: Record<string, string>, files: readonly string[] = []): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const name of files) form.append(name, new File(['proof'], `${name}.pdf`));
  return form;
}

test('a request is created out of a form with files, pending, and is answered whole', async () => {
  await using hood = await startHood(EMPTY);
  const form = formOf(SENT, ['proof_of_address', 'proof_of_identity']);
  const { status, body } = await call(hood, 'gdpr-requests', { method: 'POST', body: form });
  expect(status).toBe(201);
  const folder = 'https://storage.ocamba.com/7196310/hood/gdpr-request/17371227395790007397';
  expect(body).toMatchObject({
    id: '2000001',
    client_id: '17371227395790007397',
    status: 'pending',
    requester_information: { full_name: 'John Smith' },
    request_declaration: { date: '2025-01-21' },
    proof_of_address: `${folder}/proof_of_address.pdf`,
    proof_of_identity: `${folder}/proof_of_identity.pdf`,
  });
  expect((await call(hood, 'gdpr-requests/2000001?view=full')).body.items).toEqual([body]);
});

test.each([
  ['requester_information: email: must be an e-mail', { requester_information: '{"email":"nobody"}' }],
  ['requester_information: phone_number: must be an E.164', { requester_information: '{"phone_number":"12"}' }],
  ['subject_information: full_name: must be text', { subject_information: `{"full_name":"${'x'.repeat(201)}"}` }],
  ['request_declaration: not JSON', { request_declaration: '{' }],
  ['submission_reason: must be one of', { submission_reason: 'because' }],
  ['information_to_remove: must be text', { information_to_remove: 'x'.repeat(2001) }],
  ['status: not a key', { status: 'pending' }],
])('a request is not created: %s', async (why, fields) => {
  await using hood = await startHood(EMPTY);
  const answer = await call(hood, 'gdpr-requests', { method: 'POST', body: formOf({ ...SENT, ...fields }) });
  expect([answer.status, answer.body]).toEqual([400, BAD_REQUEST_BODY]);
  expect(answer.reason).toContain(why);
});

test('a request is not created out of other files, or of JSON', async () => {
  await using hood = await startHood(EMPTY);
  const files = await call(hood, 'gdpr-requests', { method: 'POST', body: formOf(SENT, ['passport']) });
  expect([files.status, files.reason]).toEqual([400, 'passport: not a file of this body']);
  const json = await send(hood, 'POST', 'gdpr-requests', SENT);
  expect([json.status, json.reason]).toEqual([400, 'content-type must be multipart/form-data']);
});
