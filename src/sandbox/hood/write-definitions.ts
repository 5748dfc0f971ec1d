import { isDeepStrictEqual } from 'node:util';
import { invalidBody } from './errors.ts';
import { COMPANY_ID, gmt, type HoodRecord } from './generated-row.ts';
import type { Hood, HoodHandler, List } from './list.ts';
import { CREATION_SAMPLE } from './samples.ts';
import { change, flag, object, oneOf, readBody, text } from './writes.ts';

const CHANGEABLE_KEY = object({
  example: text(2000).nullable(),
  description: text(2000).nullable(),
  export_alias: text(100).nullable(),
  pi_data: flag,
});

const NEW_KEY = CHANGEABLE_KEY.extend({ target: text(100, 1), label: text(100, 1) }).partial();
const CHANGEABLE_PROPERTY = CHANGEABLE_KEY.extend({ importable: flag, exportable: flag }).partial();
const NEW_PROPERTY = CHANGEABLE_PROPERTY.extend({
  label: text(100, 1),
  data_type: oneOf('text', 'number', 'date'),
}).partial();

const EMPTY = { data_type: 'text', example: null, description: null };

/**
 * `POST /profile-properties`: 201 with the bare object. The documented request, sent for the first time, gets the
 * documented answer with its fixed id and times; any other gets the next id and the present time.
 */
export const createProfileProperty: HoodHandler = async (hood, request) => {
  const { profileProperties } = hood.lists;
  const body = await readBody(request, NEW_PROPERTY);
  const { export_alias = null } = body;
  const { request: sampleBody, response: sample } = CREATION_SAMPLE;
  const isSample = isDeepStrictEqual(body, sampleBody) && !profileProperties.has('id', sample.id);
  const created = insert(hood, profileProperties, 'label', body, {
    ...{ target: body.label, label: body.label, ...EMPTY },
    import_aliases: export_alias === null ? [] : [export_alias],
    ...{ export_alias, pi_data: 0, system: 0, importable: 1, exportable: 1 },
    ...(isSample && sample),
  });
  return { status: 201, json: created };
};

/** `POST /customer-data`: 201 with only a part of the object, as its page prints it. */
export const createCustomerData: HoodHandler = async (hood, request) => {
  const body = await readBody(request, NEW_KEY);
  const { id, company_id, target, pi_data } = insert(hood, hood.lists.customerData, 'target', body, {
    ...{ target: body.target, label: body.target, ...EMPTY, export_alias: null, pi_data: 0 },
  });
  return { status: 201, json: { id, company_id, target, pi_data } };
};

/** `PATCH /customer-data/{id}`: 204. */
export const updateCustomerData: HoodHandler = (hood, request, id) =>
  change(hood, hood.lists.customerData, request, id, CHANGEABLE_KEY);

/** `PATCH /profile-properties/{id}`: 204. System properties and anything but the listed keys are refused. */
export const updateProfileProperty: HoodHandler = (hood, request, id) =>
  change(hood, hood.lists.profileProperties, request, id, CHANGEABLE_PROPERTY, ({ system }) => {
    if (Number(system) === 1) throw invalidBody('system properties cannot be updated');
  });

/** Adds a row with the next id, of a name that no other has. */
function insert({ now }: Hood, list: List, name: string, body: HoodRecord, defaults: HoodRecord): HoodRecord {
  const { [name]: value } = body;
  if (value === undefined) throw invalidBody(`${name}: is required`);
  if (list.has(name, String(value))) throw invalidBody(`${name}: "${value}" is taken`);
  const time = gmt(now() / 1000);
  const { id = list.nextId(), create_time = time, update_time = time, ...others } = defaults;
  const created = { id, company_id: COMPANY_ID, ...others, ...body, create_time, update_time };
  list.insert([created]);
  return created;
}
