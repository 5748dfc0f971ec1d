import type { Gateway } from '../../../support/gateway.ts';

/** A custom system of the stand-in, the secret that opens it, and the calls that an import takes. */
export const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
export const API_KEY = 'tBqL8qvvAhfyAQ';
export const LIST = 'GET /api/system_of_records';
export const IMPORT = 'POST /api/attribute_values/batch_import';

/** The first line of every file of values. */
export const HEADER = 'user_id,attribute_key,value\n';
/** A short file that can be imported. */
export const CSV = `${HEADER}jeanne,hobbies,Reading;Hiking\njeanne,client_type,Gold ✓\nmarc,loyalty_points,1234\n`;

/** Hands a file over. */
export const MUTATION = `mutation ($input: ImportAttributeValuesInput!) {
  importAttributeValues(input: $input) {
    __typename
    ... on ImportAttributeValuesSuccess { attributeImport { importId jobId } }
    ... on UserError { message }
    ... on InvalidInputError { issues { path message } }
    ... on UpstreamRejectedError { status }
  }
}`;

/** The same with variables, the file still to be put in. */
export const operation = (input: object = {}, query = MUTATION) => ({
  query,
  variables: { input: { systemOfRecord: CUSTOM, file: null, ...input } },
});

/** What the custom system has of a customer. */
export async function importedValue(gateway: Gateway, customerId: string, key: string): Promise<unknown> {
  const { data } = await gateway.query(
    `query ($id: ID!, $key: String!) {
      customerProfile(customerId: $id) { attribute(system: "${CUSTOM}", key: $key) { value } }
    }`,
    { id: customerId, key },
  );
  return data.customerProfile?.attribute?.value ?? null;
}

/** Lines of `megabytes`, of which `bad` follows at the end. */
export function* longFile(megabytes: number, bad = ''): Generator<Buffer | string> {
  yield HEADER;
  const lines = Buffer.from('jeanne,client_type,é\n'.repeat(3_000));
  for (let sent = 0; sent < megabytes * 1e6; sent += lines.length) yield lines;
  yield Buffer.from(bad, 'latin1');
}
