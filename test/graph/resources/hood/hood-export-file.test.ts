import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

async function linkOf(row: Record<string, unknown>): Promise<string | null> {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', [{ id: '1', status: 'ready', ...row }]);
  const { data, errors } = await gateway.query('{ hoodExport(hoodId: "1") { downloadUrl } }');
  expect(errors).toBeUndefined();
  return data.hoodExport.downloadUrl;
}

test.each([
  ['2021-10-29 12:00:00'],
  ['2021-10-29T12:00:00+02:00'],
  ['2021-01-01'],
  ['2021-10-29 12:00'],
  ['29/10/2021 12:00'],
  ['0000-00-00 00:00:00'],
  ['soon'],
  [1_600_000_000],
  [0],
  [false],
])('a file whose time has passed, or cannot be read, has no link: %j', async (expire_time) => {
  expect(await linkOf({ expire_time })).toBeNull();
});

test.each<[name: string, row: Record<string, unknown>]>([
  ['lies ahead', { expire_time: '2099-10-29 12:00:00' }],
  ['is absent', {}],
  ['is null', { expire_time: null }],
  ['is empty', { expire_time: '' }],
  ['is what Hood writes for never', { expire_time: '1970-01-01 00:00:00' }],
])('a file whose time %s has one', async (_, row) => {
  expect(await linkOf(row)).toMatch(/\/exports\/1\/download\?/);
});

const MOST = Number.MAX_SAFE_INTEGER;

test.each([`lte: ${MOST}`, `eq: ${MOST}`, `in: [${MOST}]`, `gte: -${MOST}, lte: ${MOST}`, 'gte: 1000000000000000'])(
  'sizes can be compared with all numbers up to the promised ones: %s',
  async (size) => {
    await using gateway = await startGateway();
    gateway.hood.replace('exports', [{ id: '1', size: MOST }]);

    const { data, errors } = await gateway.query(`{ hoodExports(filter: { size: { ${size} } }) { nodes { size } } }`);

    expect(errors).toBeUndefined();
    expect(data.hoodExports.nodes).toEqual([{ size: MOST }]);
  },
);
