import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

const TRACE = '99a84211-f73d-4ff8-acdf-eb3e06bb9d62';
const FAILED = { code: 500, title: 'Internal server error.', trace_id: TRACE };

test.each([
  {
    page: 'customer data',
    list: 'customerData',
    printed: { code: 500, title: 'Internal server error.', message: 'Internal server error.' },
  },
  {
    page: 'GDPR requests',
    list: 'gdprRequests',
    printed: { code: 400, title: 'Bad request.', message: 'The request body is not valid.', trace_id: TRACE },
  },
  {
    page: 'GDPR requests',
    list: 'gdprRequests',
    printed: { code: 500, title: 'Internal server error.', message: 'Internal server error.' },
  },
  {
    page: 'exports',
    list: 'hoodExports',
    printed: { code: 400, title: 'Bad request.', message: 'The request is not valid.', trace_id: TRACE },
  },
  { page: 'exports', list: 'hoodExports', printed: FAILED },
])('the error $printed.code of the page on $page reaches whoever reads the list', async ({ list, printed }) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'status', status: printed.code, body: printed });

  const { errors } = await gateway.query(`{ ${list} { totalCount } }`);

  const { code: status, title, trace_id: traceId } = printed;
  const upstream = { api: 'HOOD', status, title, ...(traceId && { traceId }) };
  expect(errors).toMatchObject([{ path: [list], extensions: { upstream } }]);
  if ('message' in printed) expect(errors?.[0]?.message).toContain(printed.message);
});

const CREATE = `mutation { createProfileProperty(input: { label: "my_region" }) {
  ... on UpstreamRejectedError { api status message traceId }
} }`;

test('a refused creation tells its status, title, message and trace as data', async () => {
  await using gateway = await startGateway();
  const body = { code: 400, title: 'Bad request.', message: 'The request body is not valid.', trace_id: TRACE };
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 400, body });

  const { data, errors } = await gateway.query(CREATE);

  expect(errors).toBeUndefined();
  expect(data.createProfileProperty).toEqual({
    api: 'HOOD',
    status: 400,
    message: 'Hood rejected the request with status 400: Bad request. The request body is not valid.',
    traceId: TRACE,
  });
});

test('a failed creation tells its title and its trace in the error', async () => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 500, body: FAILED });

  const { errors } = await gateway.query(CREATE);

  expect(errors).toMatchObject([
    { extensions: { upstream: { status: 500, title: 'Internal server error.', traceId: TRACE } } },
  ]);
});
