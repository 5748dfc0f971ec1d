import { template } from '../http/client/path.ts';
import type { Row } from './api-visit.ts';
import {
  beyond,
  type Check,
  confirmed,
  credentialFinding,
  limitFinding,
  noRows,
  pageFinding,
  refuted,
  unknown,
  type Visit,
} from './check.ts';

const api = 'Hood';
const REQUESTS = template('/v1/hood/gdpr-requests');
const DATA = template('/v1/hood/customer-data');

/** The first requests in the API's own order, without their ids being asked for. */
export const firstRequests = ({ hood }: Visit) => hood.get(REQUESTS, { fields: 'client_id,create_time', page: '1,20' });

const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => String(id));

function isSorted(ids: readonly string[]): boolean {
  const steps = ids.slice(1).map((id, index) => BigInt(id) > BigInt(ids[index] ?? 0));
  return steps.every((step) => step === steps[0]);
}

export const HOOD_CHECKS: readonly Check[] = [
  {
    api,
    assumption: 'the credential is accepted',
    judge: async (visit) => credentialFinding(await firstRequests(visit), 'HOOD_TOKEN'),
  },
  {
    api,
    assumption: '`fields` names what comes of a row',
    judge: async (visit) => {
      const { status, rows, ...answer } = await firstRequests(visit);
      if (status === 400) return refuted('the answer was 400', 'HOOD_FIELDS=full');
      if (!rows?.length) return noRows({ status, ...answer });
      const others = new Set(rows.flatMap(Object.keys)).difference(new Set(['id', 'client_id', 'create_time'])).size;
      return others > 0
        ? refuted(`${others} other fields came`, 'HOOD_FIELDS=full')
        : confirmed('no other fields came');
    },
  },
  {
    api,
    assumption: '`id` comes when it is not asked for (the gateway asks)',
    judge: async (visit) => {
      const { rows, ...answer } = await firstRequests(visit);
      if (!rows?.length) return noRows(answer);
      return rows.every(({ id }) => id !== undefined) ? confirmed('every row has one') : refuted('rows have none');
    },
  },
  {
    api,
    assumption: 'without `sort` rows come in the order of their ids',
    judge: async ({ hood }) => {
      const { rows, ...answer } = await hood.get(DATA, { fields: 'id', page: '1,20' });
      if (!rows) return noRows(answer);
      const ids = idsOf(rows);
      if (ids.length < 3 || !ids.every((id) => /^\d+$/.test(id)))
        return unknown('too few rows with numbers as ids came');
      return isSorted(ids)
        ? confirmed(`${ids.length} rows are sorted`)
        : unknown('ids are not sorted: order by CREATE_TIME where rows come and go');
    },
  },
  {
    api,
    assumption: '`id=in:a,b` finds both rows',
    judge: async ({ hood }) => {
      const first = await hood.get(DATA, { fields: 'id', page: '1,20' });
      const ids = idsOf(first.rows ?? []).slice(-2);
      if (ids.length < 2) return unknown('there are no two rows');
      const { rows, ...answer } = await hood.get(DATA, { fields: 'id', id: `in:${ids.join(',')}`, page: '1,20' });
      if (!rows) return refuted(noRows(answer).because);
      const found = idsOf(rows);
      return found.length === 2 && ids.every((id) => found.includes(id))
        ? confirmed('they and no others came')
        : refuted(`${found.length} rows came`);
    },
  },
  {
    api,
    assumption: 'a range with `rf:` includes both of its ends',
    judge: async (visit) => {
      const times = ((await firstRequests(visit)).rows ?? [])
        .map((row) => String(row['create_time']))
        .filter((time) => /^[\d: -]{19}$/.test(time))
        .sort();
      const [from, to] = [times[0], times.at(-1)];
      if (from === undefined || from === to) return unknown('there are no two times');
      const query = { create_time: `rf:${from},${to}`, fields: 'create_time', page: '1,100' };
      const { rows, total, ...answer } = await visit.hood.get(REQUESTS, query);
      if (!rows) return refuted(noRows(answer).because);
      const found = rows.map((row) => String(row['create_time']));
      if (found.some((time) => time < from || time > String(to))) return refuted('rows outside of it came');
      if (found.includes(from) && found.includes(String(to))) return confirmed('rows at both ends came');
      return total > rows.length ? unknown('there are too many rows') : refuted('rows at its ends did not come');
    },
  },
  {
    api,
    assumption: 'pages have as many rows as HOOD_MAX_PAGE_SIZE',
    judge: async ({ hood, config: { HOOD_MAX_PAGE_SIZE: size } }) =>
      pageFinding(await hood.get(REQUESTS, { fields: 'id', page: `1,${size}` }), size, 'HOOD_MAX_PAGE_SIZE'),
  },
  {
    api,
    assumption: 'a page after the last one is empty, or refused',
    judge: async ({ hood }) => {
      const { total } = await hood.get(DATA, { fields: 'id', page: '1,20' });
      const { rows, status } = await hood.get(DATA, { fields: 'id', page: `${beyond(total)},1` });
      if (rows?.length) return refuted(`${rows.length} rows came`);
      return status === undefined || status >= 500 ? noRows({ status }) : confirmed(`the answer was ${status}`);
    },
  },
  {
    api,
    assumption: 'an id that does not exist is answered with 404 or an empty list',
    judge: async ({ hood }) => {
      const { rows, status } = await hood.get(template('/v1/hood/customer-data/0'), { fields: 'id' });
      return status === 404 || rows?.length === 0
        ? confirmed(`the answer was ${status}`)
        : refuted(`the answer was ${status}`);
    },
  },
  {
    api,
    assumption: 'HOOD_RATE has the limit that answers name',
    judge: async (visit) =>
      limitFinding((await firstRequests(visit)).headers['x-ratelimit-limit'], visit.config.HOOD_RATE, 'HOOD_RATE'),
  },
];
