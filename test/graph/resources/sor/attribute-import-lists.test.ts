import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const JOBS = 'GET /api/attribute_values/import_jobs';

/** Answers what a test needs to be told of imports, instead of the stand-in. */
function answerWith(gateway: Gateway, jobs: unknown): void {
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result: jobs } });
}

const [FIRST, SECOND] = ['2019-01-02 11:12:13', '2019-02-03 11:12:13'];

/** There are the imports 7, of the first of these times, and 8, of the second: both out of one call. */
async function expectBoth(gateway: Gateway): Promise<void> {
  const { data, errors } = await gateway.query('{ attributeImports { totalCount nodes { importId startedAt } } }');
  expect(errors).toBeUndefined();
  expect(data.attributeImports).toEqual({
    totalCount: 2,
    nodes: [
      { importId: '8', startedAt: '2019-02-03T11:12:13Z' },
      { importId: '7', startedAt: '2019-01-02T11:12:13Z' },
    ],
  });
  expect(gateway.sorCalls()).toEqual([JOBS]);
}

test.each<[form: string, jobs: unknown[]]>([
  [
    'objects with `import_id` and `started`',
    [
      { import_id: '7', started: FIRST },
      { import_id: '8', started: SECOND },
    ],
  ],
  [
    'objects with `id` and `date`',
    [
      { id: 7, date: FIRST },
      { id: 8, date: SECOND },
    ],
  ],
  [
    'objects with `job_id` and another time',
    [
      { status: 'done', job_id: '7', created_at: FIRST },
      { job_id: '8', created_at: SECOND },
    ],
  ],
  ['objects by id', [{ 7: FIRST }, { 8: SECOND }]],
  ['one object by id', [{ 7: FIRST, 8: SECOND }]],
  [
    'such objects among others',
    [null, 'text', 5, [], {}, { uuid: 'x', started: FIRST }, { 7: FIRST }, { id: {} }, { id: 8, date: SECOND }],
  ],
])('imports that come as a list of %s have their own ids and times', async (_form, jobs) => {
  await using gateway = await startGateway();
  answerWith(gateway, jobs);
  await expectBoth(gateway);
});

test.each<[form: string, jobs: unknown]>([
  ['times by id under a name', { import_jobs: { 7: FIRST, 8: SECOND } }],
  ['times by id under a name, and how many', { total: 2, jobs: { 7: FIRST, 8: SECOND } }],
  [
    'a list under a name, and how many',
    {
      total: 2,
      jobs: [
        { id: 7, date: FIRST },
        { id: 8, date: SECOND },
      ],
    },
  ],
  ['such a list deeper', { data: { count: 2, jobs: [{ 7: FIRST }, { 8: SECOND }] } }],
  [
    'words about each, by id, beside others',
    { meta: { page: 1, pages: 1 }, 7: { state: 'done', at: FIRST }, 8: { progress: 100, since: SECOND } },
  ],
  [
    'objects with names in camel case',
    {
      jobs: [
        { importId: 7, startedAt: FIRST },
        { jobId: '8', createdAt: SECOND, state: 'done' },
      ],
    },
  ],
  ['details by id in camel case', { 7: { createdAt: FIRST }, 8: { updatedAt: SECOND } }],
  ['details by id', { 7: { created_at: FIRST }, 8: { started: SECOND, errors: [] } }],
  [
    'a list that has one twice',
    [
      { id: 7, date: FIRST },
      { id: 8, date: FIRST },
      { id: 8, date: SECOND },
    ],
  ],
])('imports that come as %s are those alone', async (_form, jobs) => {
  await using gateway = await startGateway();
  answerWith(gateway, jobs);
  await expectBoth(gateway);
});

test('an import of a list that has no readable time is there without one', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, [{ import_id: '7', started: 'soon' }, { import_id: '8' }]);
  const { data } = await gateway.query('{ attributeImport(importId: "7") { importId startedAt } }');
  expect(data.attributeImport).toEqual({ importId: '7', startedAt: null });
});

test.each([[null], ['text'], [5]])('%j is no list of imports', async (jobs) => {
  await using gateway = await startGateway();
  answerWith(gateway, jobs);
  const { data, errors } = await gateway.query('{ attributeImports { totalCount } }');
  expect(data.attributeImports).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
});
