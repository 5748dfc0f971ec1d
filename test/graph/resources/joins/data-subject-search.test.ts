import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterIgnored, lastPageRepeated, pageClampedTo, totalOffBy, withTotal } from '../../../../src/sandbox/lies.ts';
import { startGateway } from '../../../support/gateway.ts';
import { ask, gapsIn, named, timeOf } from './asked-subjects.ts';

const ADDRESS = 'ann@example.com';
const requestOf = fc.record({
  second: fc.option(fc.nat(6), { nil: null, freq: 6 }),
  owner: fc.constantFrom('subject', 'requester', 'nobody'),
});

test('a search finds every request that has the address, each once, within its calls, whatever comes meanwhile', async () => {
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '4' } });
  const rowOf = ({ second, owner }: { second: number | null; owner: string }, id: number) => {
    const time = second === null ? null : timeOf(second);
    return owner === 'requester'
      ? named(id, 'b@c.d', ADDRESS, time)
      : named(id, owner === 'subject' ? 'Ann@Example.com' : 'b@c.d', undefined, time);
  };
  const steps = fc.record({
    maxCalls: fc.integer({ min: 1, max: 5 }),
    first: fc.integer({ min: 1, max: 4 }),
    adds: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(requestOf, { maxLength: 14 }),
      fc.array(steps, { minLength: 1, maxLength: 6 }),
      async (requests, plan) => {
        const rows = requests.map(rowOf);
        gateway.hood.replace('gdprRequests', rows);
        const found: string[] = [];
        let after: string | null = null;
        let more = 0;
        for (let step = 0; ; step++) {
          const { maxCalls, first, adds } = plan[step % plan.length] as (typeof plan)[0];
          const { subject, hood, errors } = await ask(gateway, `email: "${ADDRESS}", maxCalls: ${maxCalls + more}`, {
            first,
            after,
          });
          expect(errors).toBeUndefined();
          expect(hood.length).toBeLessThanOrEqual(maxCalls + more);
          const { nodes, pageInfo } = subject.gdprRequests;
          expect(nodes.length).toBeLessThanOrEqual(first);
          found.push(...nodes.map(({ hoodId }: { hoodId: string }) => hoodId));
          expect(gapsIn(subject).length).toBe(pageInfo.hasNextPage ? 3 : 2);
          if (!pageInfo.hasNextPage) break;
          expect(step).toBeLessThan(60);
          // Newer than all others.
          if (adds && step < 5)
            gateway.hood.insert('gdprRequests', [named(1_000 + step, ADDRESS, undefined, timeOf(1_000 + step))]);
          // Among many rows of one second a place is not found with a single call.
          more = pageInfo.endCursor === after ? more + 1 : 0;
          after = pageInfo.endCursor;
        }
        const wanted = requests.flatMap(({ owner }, id) => (owner === 'nobody' ? [] : [String(id)]));
        expect(found.toSorted()).toEqual(wanted.toSorted());
      },
    ),
    { numRuns: 12 },
  );
});

test('rows without a time come once each, also where a list that came whole is cut among them', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('gdprRequests', [
    named(0, ADDRESS, undefined, null),
    named(1, ADDRESS, undefined, null),
    named(2, ADDRESS, undefined, timeOf(2)),
  ]);
  const found: string[] = [];
  for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
    const { subject } = await ask(gateway, `email: "${ADDRESS}", maxCalls: 1`, { first: 2, after });
    const { nodes, pageInfo } = subject.gdprRequests;
    found.push(...nodes.map(({ hoodId }: { hoodId: string }) => hoodId));
    ({ hasNextPage, endCursor: after } = pageInfo);
  }
  expect(found.sort()).toEqual(['0', '1', '2']);
});

test('a cursor of a search is good for the same address alone', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('gdprRequests', [named(1, ADDRESS), named(2, ADDRESS)]);
  const { subject } = await ask(gateway, `email: "${ADDRESS}"`, { first: 1 });
  const { endCursor: after } = subject.gdprRequests.pageInfo;
  expect((await ask(gateway, `email: "${ADDRESS.toUpperCase()}"`, { after })).subject.gdprRequests.nodes).toEqual([
    { hoodId: '1' },
  ]);
  const { errors } = await ask(gateway, 'email: "bo@example.com"', { after });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('a search that fails on its way keeps what it found, and says where to go on and why', async () => {
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '2' } });
  gateway.hood.replace(
    'gdprRequests',
    [1, 2, 3, 4, 5].map((id) => named(id, id === 4 ? undefined : ADDRESS)),
  );
  gateway.hood.dials.fault = ({ line }) =>
    line.includes('create_time=') ? { kind: 'status', status: 501 } : undefined;
  const { subject, errors } = await ask(gateway, `email: "${ADDRESS}"`);
  expect(errors).toBeUndefined();
  const { nodes, pageInfo } = subject.gdprRequests;
  expect([nodes, pageInfo.hasNextPage]).toEqual([[{ hoodId: '5' }], true]);
  expect(subject.missing).toContainEqual({
    ...{ api: 'HOOD', what: `GDPR requests created before ${timeOf(4).replace(' ', 'T')}Z` },
    why: expect.stringMatching(/^Hood /),
  });
  const { subject: next } = await ask(gateway, `email: "${ADDRESS}"`, { after: pageInfo.endCursor });
  expect(next.gdprRequests).toBeNull();
});

test.each([
  ['has small pages', pageClampedTo(3)],
  ['says too low a total', totalOffBy(-5)],
  ['says no total', withTotal(() => undefined)],
  ['ignores ranges of time', filterIgnored('create_time')],
  ['repeats its last page for ever', lastPageRepeated()],
  ['ignores the order and ranges of time', filterIgnored('create_time', 'sort')],
])('of an API that %s every row is looked at', async (_, lie) => {
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '10' } });
  const rows = Array.from({ length: 37 }, (_, id) => named(id, id % 5 === 0 ? ADDRESS : undefined));
  gateway.hood.replace('gdprRequests', rows);
  gateway.hood.dials.lie = lie;
  const found: string[] = [];
  for (let after: string | null = null, steps = 0; steps < 40; steps++) {
    const { subject, errors } = await ask(gateway, `email: "${ADDRESS}", maxCalls: 6`, { after });
    expect(errors).toBeUndefined();
    found.push(...subject.gdprRequests.nodes.map(({ hoodId }: { hoodId: string }) => hoodId));
    if (!subject.gdprRequests.pageInfo.hasNextPage) break;
    after = subject.gdprRequests.pageInfo.endCursor;
  }
  expect(found.toSorted()).toEqual(['0', '10', '15', '20', '25', '30', '35', '5']);
});

test('a search counts with all its calls before it begins, in each of its windows', async () => {
  await using gateway = await startGateway();
  const costOf = async (selection: string) => {
    const query = `{ dataSubject(email: "${ADDRESS}", maxCalls: 7) { ${selection} } }`;
    const { extensions } = (await gateway.query(query, {}, { 'x-upstream-cost': 'dry-run' })) as never as {
      extensions: { upstreamEstimate: { HOOD: { calls: number } } };
    };
    return extensions.upstreamEstimate;
  };
  const [one, two] = [
    await costOf('missing { what }'),
    await costOf('a: gdprRequests { totalCount } b: gdprRequests(first: 3) { totalCount }'),
  ];
  expect([one, two]).toMatchObject([{ calls: { HOOD: 7 } }, { calls: { HOOD: 14 } }]);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('among many requests of one second a search keeps to its calls, and goes on with more of them', async () => {
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '4' } });
  const rows = Array.from({ length: 20 }, (_, id) => named(id, id === 19 ? ADDRESS : undefined, undefined, timeOf(0)));
  gateway.hood.replace('gdprRequests', rows);
  const found: string[] = [];
  const used: number[] = [];
  for (let after: string | null = null, hasNext = true, maxCalls = 1; hasNext; ) {
    const { subject, hood } = await ask(gateway, `email: "${ADDRESS}", maxCalls: ${maxCalls}`, { after });
    const { nodes, pageInfo } = subject.gdprRequests;
    expect(hood.length).toBeLessThanOrEqual(maxCalls);
    used.push(maxCalls);
    maxCalls = pageInfo.endCursor === after ? maxCalls + 1 : 1;
    found.push(...nodes.map(({ hoodId }: { hoodId: string }) => hoodId));
    ({ endCursor: after, hasNextPage: hasNext } = pageInfo);
  }
  expect(found).toEqual(['19']);
  expect(Math.max(...used)).toBeLessThanOrEqual(5);
});
