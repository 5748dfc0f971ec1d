import { type Answer, type Gateway, startGateway } from '../support/gateway.ts';
import type { CorpusOperation } from './corpus.ts';

/** A gateway in front of stand-ins that are new, since operations change them, and fail as the operation needs it. */
export async function gatewayFor({ failing = [] }: CorpusOperation): Promise<Gateway> {
  const gateway = await startGateway({
    env: { HOOD_RATE: '1000/s,60000/m' },
    hood: { rows: 12 },
    sor: { profiles: 30 },
  });
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

function formOf(operations: string, file: string): FormData {
  const form = new FormData();
  form.set('operations', operations);
  form.set('map', '{"0":["variables.input.file"]}');
  form.set('0', new File([file], 'values.csv', { type: 'text/csv' }));
  return form;
}
