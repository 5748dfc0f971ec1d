import { expect, test } from 'vitest';
import { conditionsOf } from '../../../src/graph/hood/filters.ts';
import { gdprRequests } from '../../../src/graph/resources/hood/gdpr-request.ts';
import { startHood } from '../../../src/sandbox/hood/server.ts';
import { meets, timeIn, written } from '../../../src/sources/hood/grammar.ts';

const moment = (text: string) => new Date(text);

test('a row meets the conditions under which Hood lists it, and no others', async () => {
  await using hood = await startHood({ rows: { gdprRequests: 95 }, limits: 'none' });
  const list = async (query: Record<string, string>) => {
    const url = `${hood.origin}/v1/hood/gdpr-requests?${new URLSearchParams({ ...query, page: '1,100' })}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${hood.token}` } });
    return ((await answer.json()) as { items: { id: string; client_id: string; create_time: string }[] }).items;
  };
  // What Hood makes of a time that is none, no page says.
  const isReadable = (row: { create_time: string }) => timeIn(row.create_time) !== null;
  const rows = (await list({})).filter(isReadable);
  const [one, two] = [rows[3], rows[40]];
  const at = (row: typeof one) => moment(`${row?.create_time.replace(' ', 'T')}Z`);
  const filters = [
    ...['eq', 'neq'].map((operator) => ({ status: { [operator]: 'pending' } })),
    ...['in', 'notIn'].map((operator) => ({ clientId: { [operator]: [one?.client_id, two?.client_id] } })),
    ...['eq', 'neq', 'gt', 'gte', 'lt', 'lte'].map((operator) => ({ createTime: { [operator]: at(one) } })),
    ...[true, false].flatMap((isNull) => [{ clientId: { isNull } }, { status: { isNull } }]),
    { createTime: { gte: at(two), lt: at(one) }, status: { eq: 'denied' } },
  ];
  for (const filter of filters) {
    const conditions = conditionsOf(filter as never, gdprRequests.source.filter);
    if (conditions === 'nothing') continue;
    const listed = (await list(written(conditions))).filter(isReadable).map(({ id }) => id);
    const met = rows.filter((row) => meets(row, conditions)).map(({ id }) => id);
    expect(met.sort(), JSON.stringify(filter)).toEqual(listed.sort());
  }
});
