import { connect, type Socket } from 'node:net';
import type { Gateway } from '../support/gateway.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
/** The first line of every file of values. */
export const HEADER = 'user_id,attribute_key,value\n';
/** A short file that can be imported. */
export const CSV = `${HEADER}jeanne,client_type,Gold\n`;

/** An operation with a file. */
export const QUERY = `mutation ($input: ImportAttributeValuesInput!) {
  importAttributeValues(input: $input) { __typename ... on UserError { message } }
}`;
/** The same with its variables, the file still to be put in. */
export const OPERATION = { query: QUERY, variables: { input: { systemOfRecord: CUSTOM, file: null } } };
/** Its data when the file was handed over. */
export const IMPORTED = { importAttributeValues: { __typename: 'ImportAttributeValuesSuccess' } };

/** A form with these parts in this order; a part with a name of its own and a `file` name is a file. */
export function form(...parts: [name: string, content: string, filename?: string][]): string {
  const written = parts.map(([name, content, filename]) => {
    const file = filename ? `; filename="${filename}"\r\ncontent-type: text/csv` : '';
    return `--b\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
  });
  return `${written.join('')}--b--\r\n`;
}

/** Sends the beginning of a form that is announced as longer, over a connection of its own. */
export function beginUpload(origin: string, body: string): Socket {
  const head = [
    'POST /graphql HTTP/1.1',
    'host: gateway.test',
    'accept: application/json',
    'content-type: multipart/form-data; boundary=b',
    'x-graphql-upload: 1',
    'content-length: 100000',
  ];
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => {}).write([...head, '', body].join('\r\n'));
  return socket;
}

/** Posts a form, and gives the answer with its status. */
export async function send(origin: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'multipart/form-data; boundary=b',
      'x-graphql-upload': '1',
      ...headers,
    },
    body,
  });
  return { status: response.status, ...(await response.json()) };
}

/** A file longer than any operation may be. */
export const LONG = `${HEADER}${'jeanne,client_type,x\n'.repeat(500_000)}`;

/** The parts of a form in the order of the specification. */
export const operations: [string, string] = ['operations', JSON.stringify(OPERATION)];
export const map: [string, string] = ['map', '{"0":["variables.input.file"]}'];
export const file: [string, string, string] = ['0', CSV, 'a.csv'];

/** The imports that the API saw. */
export const importCalls = (gateway: Gateway) => gateway.sorCalls().filter((line) => line.startsWith('POST'));

/** A file of lines that are all right, made while it is read. */
export function* longFile(megabytes: number): Generator<Buffer | string> {
  yield HEADER;
  const lines = Buffer.from('jeanne,client_type,x\n'.repeat(2_500));
  for (let sent = 0; sent < megabytes * 1e6; sent += lines.length) yield lines;
}
