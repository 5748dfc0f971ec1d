/** What a page without any library does: operations by POST and by GET, and a mistake. */
const [url = ''] = process.argv.slice(2);

const QUERY = 'query Names($first: Int!) { customerData(first: $first) { nodes { target } } }';
const VARIABLES = { first: 2 };

interface Received {
  status: number;
  type: string | null;
  body: unknown;
}

async function received(response: Response): Promise<Received> {
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.json(),
  };
}

async function post(body: object): Promise<Received> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(body),
  });
  return received(response);
}

async function get(): Promise<Received> {
  const search = new URLSearchParams({ query: QUERY, variables: JSON.stringify(VARIABLES) });
  return received(await fetch(`${url}?${search}`, { headers: { accept: 'application/json' } }));
}

/** A form as a page builds it from what was typed and chosen. */
async function upload(): Promise<Received> {
  const form = new FormData();
  const query =
    'mutation ($input: ImportAttributeValuesInput!) { importAttributeValues(input: $input) { __typename } }';
  const input = { systemOfRecord: 'SOR_767yUpsMJoTWi0mz', file: null };
  form.set('operations', JSON.stringify({ query, variables: { input } }));
  form.set('map', JSON.stringify({ 0: ['variables.input.file'] }));
  form.set('0', new File(['user_id,attribute_key,value\nabcd,contract_type,Premium\n'], 'values.csv'));
  const headers = { accept: 'application/json', 'x-graphql-upload': '1' };
  return received(await fetch(url, { method: 'POST', headers, body: form }));
}

process.stdout.write(
  JSON.stringify({
    posted: await post({ query: QUERY, variables: VARIABLES }),
    got: await get(),
    mistaken: await post({ query: '{ customerData { nodes { tarjet } } }' }),
    uploaded: await upload(),
  }),
);
