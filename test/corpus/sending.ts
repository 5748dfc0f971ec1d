import { type Answer, type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { Moments, subscribe } from '../support/live.ts';
import type { CorpusOperation } from './corpus.ts';

/** What the stand-ins have. */
const OPTIONS: GatewayOptions = {
  env: { HOOD_RATE: '1000/s,60000/m' },
  hood: { rows: 12 },
  sor: { profiles: 30 },
};

/** A gateway in front of stand-ins that are new, since operations change them, and fail as the operation needs it. */
export async function gatewayFor({ failing = [] }: CorpusOperation): Promise<Gateway> {
  const gateway = await startGateway(OPTIONS);
  for (const { dials } of [gateway.hood, gateway.sor.api, gateway.sor.feed]) {
    dials.fault = ({ rawTarget }) =>
      failing.some((start) => rawTarget.startsWith(start)) ? { kind: 'status', status: 501 } : undefined;
  }
  return gateway;
}

/** Sends it to whatever serves operations at an origin, as a form where it has a file. */
export async function send(operation: CorpusOperation, origin: string): Promise<Answer> {
  const { query, variables, operationName, file } = operation;
  const sent = JSON.stringify({ query, variables, operationName });
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      ...(file === undefined ? { 'content-type': 'application/json' } : { 'x-graphql-upload': '1' }),
    },
    body: file === undefined ? sent : formOf(sent, file),
  });
  return (await response.json()) as Answer;
}

/** The first event of a subscription, straight from a gateway that is new, or at the origin of what `start` puts before it. */
export async function firstEvent(
  { query, variables, meanwhile }: CorpusOperation,
  start: (options: GatewayOptions) => Promise<Gateway> = startGateway,
  front?: string,
): Promise<Answer | undefined> {
  const moments = new Moments();
  await using gateway = await start({ ...OPTIONS, nextMoment: moments.nextMoment });
  const origin = front ?? (await gateway.listen());
  const opening = subscribe({ fetch: (path, init) => fetch(origin + path, init) }, query, variables);
  if (meanwhile) {
    await moments.settled(1);
    await gateway.query(meanwhile);
    await moments.pass();
  }
  // Routers may begin to answer with the first event.
  await using followed = await opening;
  return await followed.next();
}

function formOf(operations: string, file: string): FormData {
  const form = new FormData();
  form.set('operations', operations);
  form.set('map', '{"0":["variables.input.file"]}');
  form.set('0', new File([file], 'values.csv', { type: 'text/csv' }));
  return form;
}
