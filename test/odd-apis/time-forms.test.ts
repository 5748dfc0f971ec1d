import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { answering, hoodList, numbered, pageOf } from './asked.ts';
import { idsOf, walk } from './walking.ts';

const FORMS = {
  milliseconds: (time: number) => new Date(time).toISOString(),
  'a colon before them': (time: number) => new Date(time).toISOString().replace('.', ':'),
  'an offset': (time: number) => `${new Date(time + 2 * 3_600_000).toISOString().slice(0, 19)}+02:00`,
};

test.each([
  ['ASC', 'milliseconds', 1],
  ['DESC', 'milliseconds', 1],
  ['ASC', 'milliseconds', 0.3],
  ['DESC', 'milliseconds', 0.3],
  ['ASC', 'a colon before them', 0.3],
  ['ASC', 'an offset', 3],
  ['DESC', 'an offset', 3],
] as const)(
  '%s, a desk meets each request once although times have %s, %d seconds apart',
  async (direction, form, step) => {
    const timeOf = (id: string) => Date.UTC(2025, 0, 1) + Number(id) * step * 1000;
    const sign = direction === 'ASC' ? 1 : -1;
    let ids = numbered(27).toSorted((a, b) => sign * (timeOf(a) - timeOf(b)));
    const expected = ids;
    await using gateway = await startGateway();
    answering(gateway.hood, (asked) => {
      const [, operator, time = ''] = /^(\w+):(.*)$/.exec(asked.query.get('create_time') ?? '') ?? [];
      const at = Date.parse(`${time}Z`);
      const isMet = (id: string) =>
        operator === undefined || (operator === 'gte' && timeOf(id) >= at) || (operator === 'lte' && timeOf(id) <= at);
      const found = ids.filter(isMet);
      const rows = pageOf(found, asked).map((id) => {
        return { id, status: 'pending', create_time: FORMS[form](timeOf(id)) };
      });
      return hoodList(rows, found.length);
    });
    const windows = await walk(gateway, 'gdprRequests', {
      size: 5,
      args: `filter: { status: { eq: PENDING } } orderBy: [{ field: CREATE_TIME, direction: ${direction} }]`,
      between: (window) => {
        ids = ids.filter((id) => !window.ids.includes(id));
      },
    });
    expect(idsOf(windows)).toEqual(expected);
  },
);
