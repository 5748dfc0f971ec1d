import { text } from 'node:stream/consumers';
import { serve } from '../../../../src/sandbox/server.ts';
import type { Gateway } from '../../../support/gateway.ts';

/** A custom system of the stand-in, the secret that opens it, and the calls that changes take. */
export const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
export const API_KEY = 'tBqL8qvvAhfyAQ';
export const LIST = 'GET /api/system_of_records';
export const FEED = 'POST /api/attribute_values';

/** All that a mutation can come to. */
export const OUTCOME = `
  __typename
  ... on SetAttributeValuesSuccess { requestIds }
  ... on UserError { code message }
  ... on InvalidInputError { issues { path code message } }
  ... on UpstreamRejectedError { api status }
  ... on AttributeValuesPartlySentError { requestIds sentCount unknownCount }
`;

const SET = `mutation ($input: SetAttributeValuesInput!) { setAttributeValues(input: $input) { ${OUTCOME} } }`;

/** A change; of the customer `jeanne` unless it says otherwise. */
export interface Change {
  customerId?: string;
  customerIdType?: 'USER_ID' | 'DEVICE_ID';
  key: string;
  change: Record<string, unknown>;
}

/** Sends changes to the custom system. */
export async function set(gateway: Gateway, changes: Change[], rest: Record<string, unknown> = {}) {
  const input = {
    systemOfRecord: CUSTOM,
    changes: changes.map((change) => ({ customerId: 'jeanne', ...change })),
    ...rest,
  };
  const { data, errors } = await gateway.query(SET, { input });
  return { result: data?.setAttributeValues, errors, calls: gateway.sorCalls() };
}

/** What the customer's values in the custom system are once the API has applied them. */
export async function settled(gateway: Gateway, keys: string[], customerId = 'jeanne', type = 'USER_ID') {
  await gateway.sor.settle();
  const { data } = await gateway.query(
    `query ($id: ID!, $type: CustomerIdType!, $system: ID!) {
      customerProfile(customerId: $id, customerIdType: $type) {
        attributes(systems: [$system]) { values { key value exactNumber } }
      }
    }`,
    { id: customerId, type, system: CUSTOM },
  );
  gateway.sorCalls();
  const values: { key: string; value: unknown; exactNumber: string | null }[] =
    data.customerProfile?.attributes?.[0]?.values ?? [];
  const byKey = new Map(values.map(({ key, value, exactNumber }) => [key, exactNumber ?? value]));
  return keys.map((key) => byKey.get(key));
}

/** Bodies exactly as they went over the wire, taken by a host of their own in front of nothing. */
export async function startRecordingFeed() {
  const bodies: string[] = [];
  const headers: Record<string, unknown>[] = [];
  const feed = await serve(async (request) => {
    bodies.push(await text(request.stream));
    headers.push(request.headers);
    const result = { requestId: `receipt-${bodies.length}` };
    return { status: 200, json: { success: true, result, errorMessage: null, errorCode: 0 } };
  });
  return { ...feed, bodies, headers, [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose]() };
}

/** The values that a body carries. */
export const valuesIn = (body: string | undefined) => JSON.parse(body ?? '{}').customer_attribute_values;
