import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ApiRequest, Reply } from '../server.ts';
import { invalidBody } from './errors.ts';
import { COMPANY_ID, gmt, type HoodRecord } from './generated-row.ts';
import type { HoodHandler, List } from './list.ts';
import { CREATION_SAMPLE } from './samples.ts';

/** Text of so many characters, counted as code points. */
const text = (longest: number, shortest = 0) =>
  z.custom<string>(
    (value) => typeof value === 'string' && [...value].length <= longest && value.length >= shortest,
    `must be text of ${shortest} to ${longest} characters`,
  );

/** The integers 0 and 1, not booleans. */
const flag = z.literal([0, 1], 'must be 0 or 1');

const oneOf = (...allowed: string[]) => z.enum(allowed, `must be one of ${allowed.join(', ')}`);

/** An object with some of these keys and no others. */
const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, 'must be an object').partial();

const CHANGEABLE_PROPERTY = object({
  example: text(2000).nullable(),
  description: text(2000).nullable(),
  export_alias: text(100).nullable(),
  pi_data: flag,
  importable: flag,
  exportable: flag,
});

const NEW_PROPERTY = CHANGEABLE_PROPERTY.extend({
  label: text(100, 1),
  data_type: oneOf('text', 'number', 'date'),
}).partial();

const CONTACT = object({
  full_name: text(200),
  address: text(200),
  email: text(100),
  phone_number: text(20),
}).nullable();

const DECLARATION = object({ data_holder_name: text(200), signature: text(200), date: text(20) }).nullable();

const CHANGEABLE_GDPR_REQUEST = object({
  status: oneOf('pending', 'approved', 'denied'),
  rejection_reason: text(500).nullable(),
  requester_information: CONTACT,
  subject_information: CONTACT,
  information_to_remove: text(2000).nullable(),
  request_declaration: DECLARATION,
});

/**
 * `POST /profile-properties`: 201 with the bare object. The documented request, sent for the first time, gets the
 * documented answer with its fixed id and times; any other gets the next id and the present time.
 */
export const createProfileProperty: HoodHandler = async ({ lists: { profileProperties } }, request) => {
  const body = await readBody(request, NEW_PROPERTY);
  const { label, export_alias = null } = body;
  if (label === undefined) throw invalidBody('label: is required');
  if (profileProperties.has('label', label)) throw invalidBody(`label: "${label}" is taken`);

  const { request: sampleBody, response: sample } = CREATION_SAMPLE;
  const isSample = isDeepStrictEqual(body, sampleBody) && !profileProperties.has('id', sample.id);
  const now = present();
  const created: HoodRecord = {
    id: profileProperties.nextId(),
    company_id: COMPANY_ID,
    target: label,
    label,
    ...{ data_type: 'text', example: null, description: null },
    import_aliases: export_alias === null ? [] : [export_alias],
    export_alias,
    ...{ pi_data: 0, system: 0, importable: 1, exportable: 1 },
    ...{ create_time: now, update_time: now },
    ...body,
    ...(isSample && sample),
  };
  profileProperties.insert([created]);
  return { status: 201, json: created };
};

/** `PATCH /profile-properties/{id}`: 204. System properties and anything but the listed keys are refused. */
export const updateProfileProperty: HoodHandler = async ({ lists: { profileProperties } }, request, id) => {
  const { system } = profileProperties.get(id);
  const body = await readBody(request, CHANGEABLE_PROPERTY);
  if (Number(system) === 1) throw invalidBody('system properties cannot be updated');
  return changed(profileProperties, id, body);
};

/** `PATCH /gdpr-requests/{id}`: 204. A denial needs its reason in the same call. */
export const updateGdprRequest: HoodHandler = async ({ lists: { gdprRequests } }, request, id) => {
  gdprRequests.get(id);
  const body = await readBody(request, CHANGEABLE_GDPR_REQUEST);
  if (body.status === 'denied' && !body.rejection_reason)
    throw invalidBody('rejection_reason: is required when the status becomes denied');
  return changed(gdprRequests, id, body);
};

/** The body of a write. Throws a `Refusal` (400) with the first thing that is wrong with it. */
async function readBody<Body>(request: ApiRequest, schema: z.ZodType<Body>): Promise<Body> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw invalidBody('content-type must be application/json');
  const body = await request.json().catch((error: unknown) => {
    if (error instanceof SyntaxError) throw invalidBody('not JSON');
    throw error;
  });
  const { data, error } = schema.safeParse(body);
  const [issue] = error?.issues ?? [];
  if (!issue) return data as Body;
  const isUnknown = issue.code === 'unrecognized_keys';
  const place = [...issue.path, ...(isUnknown ? issue.keys.slice(0, 1) : [])];
  throw invalidBody([...place, isUnknown ? 'not a key of this body' : issue.message].join(': '));
}

function changed(list: List, id: string, changes: HoodRecord): Reply {
  if (Object.keys(changes).length === 0) throw invalidBody('at least one field is required');
  list.change(id, { ...changes, update_time: present() });
  return { status: 204 };
}

function present(): string {
  return gmt(Math.floor(Date.now() / 1000));
}
