import { text } from 'node:stream/consumers';
import { type Reply, serve } from '../../src/sandbox/server.ts';
import type { Gateway } from '../support/gateway.ts';
import { buy } from './paying.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

const SET = `mutation ($input: SetAttributeValuesInput!) {
  setAttributeValues(input: $input) {
    __typename
    ... on SetAttributeValuesSuccess { requestIds }
    ... on AttributeValuesPartlySentError { requestIds sentCount unknownCount }
    ... on UpstreamRejectedError { status }
  }
}`;

/**
 * Changes a set of each customer named, as an operation of its own that wants to know what it costs. Who is named again
 * gets another member, in a further call.
 */
export function setFor(gateway: Gateway, customerIds: string, headers?: Record<string, string>) {
  const changes = customerIds.split(' ').map((customerId, index, all) => ({
    ...{ customerId, key: 'hobbies' },
    change: all.indexOf(customerId) === index ? { replaceSet: ['Chess'] } : { addToSet: `Chess ${index}` },
  }));
  return buy(gateway, SET, { input: { systemOfRecord: CUSTOM, changes } }, headers);
}

/** What the mutation came to. */
export const outcome = ({ data, errors }: Awaited<ReturnType<typeof setFor>>) =>
  data?.setAttributeValues ?? errors?.[0]?.extensions.code;

/** A feeding host that notes the customers of each call, and takes it unless `answer` has another reply. */
export async function startFeedingHost(
  answer: (customerIds: string) => Reply | undefined | Promise<Reply | undefined>,
) {
  const fed: string[] = [];
  const host = await serve(async ({ stream }) => {
    const { customer_attribute_values: values } = JSON.parse(await text(stream));
    const customerIds = values.map(({ customer_id }: { customer_id: string }) => customer_id).join(' ');
    const call = fed.push(customerIds);
    const reply = await answer(customerIds);
    return reply ?? { status: 200, json: { success: true, result: { requestId: `r${call}` }, errorCode: 0 } };
  });
  return { ...host, fed, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}
