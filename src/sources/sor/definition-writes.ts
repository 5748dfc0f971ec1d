/**
 * Changes to systems of record and to the definitions of their attributes. All throw `UpstreamError`. What is said of
 * the API's answers stands on the vendor's page: System of Record API, version 2.
 */
import { CUSTOMERS, DEFINITIONS } from './resources.ts';
import type { Sor } from './sor.ts';
import { type AttributeRow, isIdentified, type SystemRow } from './systems.ts';

const SYSTEMS = '/api/system_of_records';
const SYSTEM = '/api/system_of_records/{sor_identifier}';
const ATTRIBUTES = '/api/customer_attributes';
const ATTRIBUTE = '/api/customer_attributes/{ca_identifier}';

/** Nobody's values hold a name or a label; what is deleted or disabled takes its values along. */
const NAMES = { atOnce: [DEFINITIONS] };
const VALUES_TOO = { atOnce: [DEFINITIONS, CUSTOMERS] };

/** What an answer to a write tells of a row: at least which one it is. */
export type Answered<Row> = Partial<Row> & { identifier: string };

/** What can be done to a system or an attribute that need not be deleted. */
export type Switch = 'disable' | 'enable';

/** The attribute to be made, in the API's spelling. */
export interface NewAttribute {
  system_of_record_identifier: string;
  key: string;
  label: string;
  /** `value_type` in every answer. */
  type: string;
}

/**
 * Creates a custom system of record. The answer lacks its attributes and when it was changed. Undefined if the API answers without the system.
 */
export async function createSystem(sor: Sor, name: string): Promise<Answered<SystemRow> | undefined> {
  return answered<SystemRow>(await sor.write('POST', SYSTEMS, {}, { name }, NAMES));
}

/** Gives a custom system another name; answered as a creation is. */
export async function renameSystem(sor: Sor, identifier: string, name: string): Promise<Answered<SystemRow>> {
  const result = await sor.write('PUT', SYSTEM, { sor_identifier: identifier }, { name }, NAMES);
  return { ...answered<SystemRow>(result), identifier };
}

/** Deletes a custom system with its attributes. */
export async function deleteSystem(sor: Sor, identifier: string): Promise<void> {
  await sor.write('DELETE', SYSTEM, { sor_identifier: identifier }, undefined, VALUES_TOO);
}

/** Disables or enables a system; refused where it is so already. The answer says no more than that it worked. */
export function switchSystem(sor: Sor, identifier: string, to: Switch): Promise<Answered<SystemRow>> {
  return switched(sor, SYSTEM, 'sor_identifier', identifier, to);
}

/**
 * Defines an attribute. The answer does not name its system, so that is what was asked for. Undefined if the API answers without the attribute.
 */
export async function createAttribute(sor: Sor, attribute: NewAttribute): Promise<Answered<AttributeRow> | undefined> {
  const created = answered<AttributeRow>(await sor.write('POST', ATTRIBUTES, {}, attribute, NAMES));
  const { system_of_record_identifier } = attribute;
  return created && { system_of_record_identifier, ...created };
}

/** Changes the one thing of an attribute that can be changed. */
export async function relabelAttribute(sor: Sor, identifier: string, label: string): Promise<Answered<AttributeRow>> {
  const result = await sor.write('PUT', ATTRIBUTE, { ca_identifier: identifier }, { label }, NAMES);
  return { ...answered<AttributeRow>(result), identifier };
}

/** Deletes an attribute with all its values; refused while a campaign or segment uses it. */
export async function deleteAttribute(sor: Sor, identifier: string): Promise<void> {
  await sor.write('DELETE', ATTRIBUTE, { ca_identifier: identifier }, undefined, VALUES_TOO);
}

/** Disables or enables an attribute; no effect if it is so already. */
export function switchAttribute(sor: Sor, identifier: string, to: Switch): Promise<Answered<AttributeRow>> {
  return switched(sor, ATTRIBUTE, 'ca_identifier', identifier, to);
}

async function switched(sor: Sor, route: string, param: string, identifier: string, to: Switch) {
  await sor.write('PUT', `${route}/${to}`, { [param]: identifier }, undefined, VALUES_TOO);
  return { identifier, disabled: to === 'disable' };
}

function answered<Row>(result: unknown): Answered<Row> | undefined {
  return isIdentified(result) ? (result as Answered<Row>) : undefined;
}
