import { template } from '../http/client/path.ts';
import { type Checks, confirmed, isAboutQuestion, listChecks, ofRows, refuted, unknown } from './check.ts';
import { type Row, textOf, type Visit } from './visit.ts';

const REQUESTS = template('/v1/hood/gdpr-requests');
const DATA = template('/v1/hood/customer-data');
const NO_ROW = template('/v1/hood/customer-data/0');

/** The first requests in the API's own order; their ids are not asked for. */
export const firstRequests = ({ hood }: Visit) => hood(REQUESTS, { fields: 'client_id,create_time', page: '1,20' });

const firstData = ({ hood }: Visit) => hood(DATA, { fields: 'id', page: '1,20' });
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => textOf(id)).filter((id) => /^[\w-]+$/.test(id));
const timesOf = (rows: readonly Row[]) => rows.map((row) => textOf(row['create_time'])).sort();

export const HOOD_CHECKS: Checks = {
  ...listChecks({
    ...{ api: 'HOOD', first: firstRequests, small: firstRequests },
    page: ({ hood }, number, size) => hood(REQUESTS, { fields: 'id', page: `${number},${size}` }),
  }),
  '`fields` names what comes of a row': async (visit) => {
    const seen = await firstRequests(visit);
    if (seen.status === 400) return refuted('the answer was 400', 'HOOD_FIELDS=full');
    return ofRows(seen, (rows) => {
      const others = new Set(rows.flatMap(Object.keys)).difference(new Set(['id', 'client_id', 'create_time'])).size;
      if (others > 0) return refuted(`${others} other fields came`, 'HOOD_FIELDS=full');
      return rows.length > 0 ? confirmed('no other fields came') : unknown('there are no rows');
    });
  },
  '`id` comes without being asked for': async (visit) =>
    ofRows(await firstRequests(visit), (rows) => {
      if (rows.length === 0) return unknown('there are no rows');
      return rows.every(({ id }) => id !== undefined)
        ? confirmed('every row has one')
        : refuted('rows have none, so the gateway asks for it');
    }),
  'without `sort` rows come in the order of their ids': async (visit) =>
    ofRows(await firstData(visit), (rows) => {
      const ids = idsOf(rows).filter((id) => /^\d+$/.test(id));
      const steps = ids.slice(1).map((id, index) => BigInt(id) > BigInt(ids[index] ?? 0));
      if (steps.length < 2) return unknown('too few rows with numbers as ids came');
      if (steps.every((step) => step === steps[0])) return confirmed(`${ids.length} rows are sorted`);
      return unknown('ids are not sorted: order by CREATE_TIME where rows come and go');
    }),
  '`id=in:a,b` finds both rows': async (visit) => {
    const ids = idsOf((await firstData(visit)).rows ?? []).slice(-2);
    if (ids.length < 2) return unknown('there are no two rows');
    const seen = await visit.hood(DATA, { fields: 'id', id: `in:${ids.join(',')}`, page: '1,20' });
    const areThey = (rows: readonly Row[]) => rows.length === 2 && ids.every((id) => idsOf(rows).includes(id));
    const judge = (rows: readonly Row[]) =>
      areThey(rows) ? confirmed('they and no others came') : refuted(`${rows.length} rows came`);
    return ofRows(seen, judge, refuted);
  },
  'a range with `rf:` includes both of its ends': async (visit) => {
    const times = timesOf((await firstRequests(visit)).rows ?? []).filter((time) => /^[\d: -]{19}$/.test(time));
    const [from = '', to = ''] = [times[0], times.at(-1)];
    if (from === to) return unknown('there are no two times');
    const query = { create_time: `rf:${from},${to}`, fields: 'create_time', page: '1,100' };
    const judge = (rows: readonly Row[], total: number) => {
      const found = timesOf(rows);
      if (found.some((time) => time < from || time > to)) return refuted('rows outside of it came');
      if (found.includes(from) && found.includes(to)) return confirmed('rows at both ends came');
      return total > rows.length ? unknown('there are too many rows') : refuted('rows at its ends did not come');
    };
    return ofRows(await visit.hood(REQUESTS, query), judge, refuted);
  },
  'an id that does not exist is answered with 404 or an empty list': async ({ hood }) => {
    const { rows, status, said } = await hood(NO_ROW, { fields: 'id' });
    if (status === 404 || rows?.length === 0) return confirmed(said);
    return status === 200 || isAboutQuestion(status) ? refuted(said) : unknown(said);
  },
};
