import { expect, test, vi } from 'vitest';
import { globalId } from '../../../src/graph/node-ids.ts';
import { auditFile, found, HEADERS, LOCKED } from '../../support/audit.ts';
import { type GatewayOptions, startGateway } from '../../support/gateway.ts';
import { Moments, subscribe } from '../../support/live.ts';

const FOLLOW =
  'subscription Follow ($id: ID!) { attributeImport(importId: $id) { importId errors { nodes { customerId message } } } }';
const JOBS = 'GET /api/attribute_values/import_jobs';
const ERRORS = 'GET /api/attribute_values/import_errors?job_id=i1';

/** An API that knows one import, with these errors. */
async function start(options: GatewayOptions = {}) {
  const moments = new Moments();
  const gateway = await startGateway({ nextMoment: moments.nextMoment, ...options });
  const errors: object[] = [];
  const started = new Date().toISOString().slice(0, 19).replace('T', ' ');
  gateway.sor.api.dials.fault = ({ line }) => {
    if (line === JOBS) return { kind: 'body', body: { success: true, result: { i1: started } } };
    if (line === ERRORS) return { kind: 'body', body: { success: true, result: { attribute_errors: errors } } };
    return undefined;
  };
  return { gateway, moments, errors };
}

const event = (...messages: string[]) => ({
  data: {
    attributeImport: {
      importId: 'i1',
      errors: { nodes: messages.map((message, n) => ({ customerId: `c${n}`, message })) },
    },
  },
});

const fail = (errors: object[], message: string) =>
  errors.push({ job_id: 'i1', customer_id: `c${errors.length}`, message, date: new Date().toISOString() });

/** The process's clock, so much later. */
function later(ms: number): Disposable {
  const now = Date.now.bind(Date);
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
  return { [Symbol.dispose]: () => spy.mockRestore() };
}

test('an import may be named by the id of its node', async () => {
  const { gateway } = await start();
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, { id: globalId('AttributeImport', 'i1') });
  expect(await followed.next()).toEqual(event());
});

test('an import comes at once and whenever it has new errors, until ten minutes after the last one', async () => {
  const { gateway, moments, errors } = await start();
  await using _gateway = gateway;
  await using followed = await subscribe(gateway, FOLLOW, { id: 'i1' });
  expect(await followed.next()).toEqual(event());
  expect(gateway.sorCalls()).toEqual([JOBS, ERRORS]);
  fail(errors, 'bad value');
  {
    using _nine = later(9 * 60_000);
    await moments.pass();
    expect(await followed.next()).toEqual(event('bad value'));
  }
  {
    using _nineteen = later(18.9 * 60_000);
    await moments.pass();
    await moments.settled(1);
  }
  using _twenty = later(20 * 60_000);
  await moments.pass();
  expect(await followed.next()).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([ERRORS, ERRORS, ERRORS]);
});

test('errors that come in another order are nothing new, and no clock of the API keeps an import open', async () => {
  const { gateway, moments, errors } = await start();
  await using _gateway = gateway;
  fail(errors, 'one');
  fail(errors, 'two');
  for (const error of errors) Object.assign(error, { date: '2199-01-01T00:00:00' });
  await using followed = await subscribe(gateway, FOLLOW, { id: 'i1' });
  expect(await followed.next()).toEqual(event('one', 'two'));
  errors.reverse();
  await moments.pass();
  await moments.settled(1);
  using _eleven = later(11 * 60_000);
  await moments.pass();
  expect(await followed.next()).toBeUndefined();
});

test('one that has long been over comes once, and one that does not exist is null', async () => {
  const { gateway } = await start();
  await using _gateway = gateway;
  using _hour = later(60 * 60_000);
  await using followed = await subscribe(gateway, FOLLOW, { id: 'i1' });
  expect([await followed.next(), await followed.next()]).toEqual([event(), undefined]);
  await using unknown = await subscribe(gateway, FOLLOW, { id: 'i2' });
  expect([await unknown.next(), await unknown.next()]).toEqual([{ data: { attributeImport: null } }, undefined]);
});

test('whose data is in an event is recorded before it, for each who follows', async () => {
  await using file = await auditFile();
  const { gateway, errors } = await start({ env: { ...LOCKED, AUDIT: file.path } });
  await using _gateway = gateway;
  fail(errors, 'bad value');
  for (const caller of ['anna', 'bert']) {
    const headers = { ...HEADERS, 'x-gateway-caller': caller };
    await using followed = await subscribe(gateway, FOLLOW, { id: 'i1' }, headers);
    await followed.next();
  }
  expect(await found('c0', file.path)).toEqual(
    ['anna', 'bert'].map((caller) => `certain\trouter:${caller}\tread\tFollow of desk`),
  );
});
