import { extname } from 'node:path';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { isForm, receiveForm } from '../form.ts';
import { invalidBody } from './errors.ts';
import { SUBMISSION_REASONS } from './generated-gdpr-requests.ts';
import { COMPANY_ID, gmt } from './generated-row.ts';
import type { HoodHandler } from './list.ts';
import { change, checked, object, oneOf, text } from './writes.ts';

const CONTACT = object({
  full_name: text(200),
  address: text(200),
  email: text(100).refine((value) => z.regexes.unicodeEmail.test(value), 'must be an e-mail address'),
  phone_number: text(20).refine((value) => z.regexes.e164.test(value), 'must be an E.164 number'),
}).nullable();

const DECLARATION = object({ data_holder_name: text(200), signature: text(200), date: text(20) }).nullable();

const CHANGEABLE = object({
  status: oneOf('pending', 'approved', 'denied'),
  rejection_reason: text(500).nullable(),
  requester_information: CONTACT,
  subject_information: CONTACT,
  information_to_remove: text(2000).nullable(),
  request_declaration: DECLARATION,
});

const PROOFS = ['proof_of_identity', 'proof_of_address'];

const NEW = CHANGEABLE.omit({ status: true, rejection_reason: true })
  .extend({
    client_id: text(20, 1),
    submission_reason: oneOf(...SUBMISSION_REASONS),
    additional_information: text(2000),
  })
  .partial();

/** `PATCH /gdpr-requests/{id}`: 204. A denial needs its reason in the same call. */
export const updateGdprRequest: HoodHandler = (hood, request, id) =>
  change(hood, hood.lists.gdprRequests, request, id, CHANGEABLE, (_row, { status, rejection_reason }) => {
    if (status === 'denied' && !rejection_reason)
      throw invalidBody('rejection_reason: is required when the status becomes denied');
  });

/** `POST /gdpr-requests`: a form, whose objects are JSON and whose proofs are files; 201 with the bare object, which is pending. */
export const createGdprRequest: HoodHandler = async ({ lists: { gdprRequests }, now }, request) => {
  if (!isForm(request)) throw invalidBody('content-type must be multipart/form-data');
  const proofs = new Map<string, string>();
  const fields = await receiveForm(request.stream, (name, bytes, filename) => {
    proofs.set(name, extname(filename ?? ''));
    return finished(bytes.resume());
  });
  const body = checked(Object.fromEntries(Object.entries(fields).map(parsed)), NEW);
  const unknown = proofs.keys().find((name) => !PROOFS.includes(name));
  if (unknown !== undefined) throw invalidBody(`${unknown}: not a file of this body`);
  const folder = `https://storage.ocamba.com/${COMPANY_ID}/hood/gdpr-request/${body.client_id}`;
  const links = [...proofs].map(([name, extension]) => [name, `${folder}/${name}${extension}`]);
  const time = gmt(now() / 1000);
  const created = {
    ...{ id: gdprRequests.nextId(), company_id: COMPANY_ID, status: 'pending', rejection_reason: null },
    ...{ ...body, ...Object.fromEntries(links), create_time: time, update_time: time },
  };
  gdprRequests.insert([created]);
  return { status: 201, json: created };
};

/** A field of a form: those that are objects come as JSON. */
function parsed([name, value]: [string, string]): [string, unknown] {
  if (!/^request(er_information|_declaration)$|^subject_information$/.test(name)) return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw invalidBody(`${name}: not JSON`);
  }
}
