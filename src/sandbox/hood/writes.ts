import { isDeepStrictEqual } from 'node:util';
import type { Reply } from '../server.ts';
import { flag, nullable, object, oneOf, readBody, text } from './body.ts';
import { invalidBody } from './errors.ts';
import { COMPANY_ID, gmt, type HoodRecord } from './generated-row.ts';
import { existing, type HoodHandler } from './handler.ts';
import type { List } from './list.ts';
import { CREATION_SAMPLE } from './samples.ts';

const CHANGEABLE_PROPERTY = {
  example: nullable(text(2000)),
  description: nullable(text(2000)),
  export_alias: nullable(text(100)),
  pi_data: flag,
  importable: flag,
  exportable: flag,
};

const NEW_PROPERTY = {
  ...CHANGEABLE_PROPERTY,
  label: text(100, 1),
  data_type: oneOf('text', 'number', 'date'),
};

const CONTACT = nullable(
  object({ full_name: text(200), address: text(200), email: text(100), phone_number: text(20) }),
);

const CHANGEABLE_GDPR_REQUEST = {
  status: oneOf('pending', 'approved', 'denied'),
  rejection_reason: nullable(text(500)),
  requester_information: CONTACT,
  subject_information: CONTACT,
  information_to_remove: nullable(text(2000)),
  request_declaration: nullable(
    object({ data_holder_name: text(200), signature: text(200), date: text(20) }),
  ),
};

/**
 * `POST /profile-properties`: 201 with the bare object. The documented request, sent for the first time, gets the
 * documented answer with its fixed id and times; any other gets the next id and the present time.
 */
export const createProfileProperty: HoodHandler = async ({ lists: { profileProperties } }, request) => {
  const body = await readBody(request, NEW_PROPERTY);
  const { label, export_alias: alias = null } = body;
  if (typeof label !== 'string') throw invalidBody('label: is required');
  if (profileProperties.has('label', label)) throw invalidBody(`label: "${label}" is taken`);

  const isSample =
    isDeepStrictEqual(body, CREATION_SAMPLE.request) && !profileProperties.find(CREATION_SAMPLE.response.id);
  const now = present();
  const created: HoodRecord = isSample
    ? CREATION_SAMPLE.response
    : {
        id: profileProperties.nextId(),
        company_id: COMPANY_ID,
        target: label,
        label,
        data_type: body.data_type ?? 'text',
        example: body.example ?? null,
        description: body.description ?? null,
        import_aliases: alias === null ? [] : [alias],
        export_alias: alias,
        pi_data: body.pi_data ?? 0,
        system: 0,
        importable: body.importable ?? 1,
        exportable: body.exportable ?? 1,
        create_time: now,
        update_time: now,
      };
  profileProperties.insert([created]);
  return { status: 201, json: created };
};

/** `PATCH /profile-properties/{id}`: 204. System properties and anything but the listed keys are refused. */
export const updateProfileProperty: HoodHandler = async ({ lists: { profileProperties } }, request, id) => {
  const { system } = existing(profileProperties, id);
  const body = await readBody(request, CHANGEABLE_PROPERTY);
  if (Number(system) === 1) throw invalidBody('system properties cannot be updated');
  return changed(profileProperties, id, body);
};

/** `PATCH /gdpr-requests/{id}`: 204. A denial needs its reason in the same call. */
export const updateGdprRequest: HoodHandler = async ({ lists: { gdprRequests } }, request, id) => {
  existing(gdprRequests, id);
  const body = await readBody(request, CHANGEABLE_GDPR_REQUEST);
  if (body.status === 'denied' && !body.rejection_reason)
    throw invalidBody('rejection_reason: is required when the status becomes denied');
  return changed(gdprRequests, id, body);
};

function changed(list: List, id: string, changes: HoodRecord): Reply {
  if (Object.keys(changes).length === 0) throw invalidBody('at least one field is required');
  list.change(id, { ...changes, update_time: present() });
  return { status: 204 };
}

function present(): string {
  return gmt(Math.floor(Date.now() / 1000));
}
