import { template } from '../http/client/path.ts';
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
import { firstRequests } from './hood-checks.ts';

const api = 'System of Record';
const SYSTEMS = template('/api/system_of_records');
const PROFILES = template('/api/customer_profiles');

/** Nobody has it. */
const NO_KEY = 'hood_sor_gateway_no_such_key';

const firstProfiles = ({ sor }: Visit) => sor.get(PROFILES, { num_per_page: 3, page: 1 });

/** Without values, so that even a large page is small. */
const narrowed = ({ sor, config }: Visit) =>
  sor.get(PROFILES, { attribute_keys: NO_KEY, num_per_page: config.SOR_MAX_PAGE_SIZE, page: 1 });

export const SOR_CHECKS: readonly Check[] = [
  {
    api,
    assumption: 'the credential is accepted',
    judge: async ({ sor, config }) =>
      credentialFinding(await sor.get(SYSTEMS), config.SOR_EMAIL ? 'SOR_PASSWORD' : 'SOR_TOKEN'),
  },
  {
    api,
    assumption: 'one system is global',
    judge: async ({ sor }) => {
      const { rows, ...answer } = await sor.get(SYSTEMS);
      if (!rows) return noRows(answer);
      const globals = rows.filter(({ type }) => type === 'global').length;
      return globals === 1 ? confirmed('there is one') : refuted(`there are ${globals}`);
    },
  },
  {
    api,
    assumption: 'profiles are listed whose values were all left out by `attribute_keys`',
    judge: async (visit) => {
      const [all, few] = [await firstProfiles(visit), await narrowed(visit)];
      if (!all.rows?.length) return noRows(all);
      if (!few.rows) return noRows(few);
      return few.rows.length > 0
        ? confirmed(`${few.rows.length} came`)
        : refuted('none came; the gateway finds that out by itself');
    },
  },
  {
    api,
    assumption: 'pages have as many rows as SOR_MAX_PAGE_SIZE',
    judge: async (visit) => pageFinding(await narrowed(visit), visit.config.SOR_MAX_PAGE_SIZE, 'SOR_MAX_PAGE_SIZE'),
  },
  {
    api,
    assumption: '`customer_ids` finds those that exist, and leaves out others',
    judge: async (visit) => {
      const [one] = (await firstProfiles(visit)).rows ?? [];
      if (!one || typeof one['customer_id'] !== 'string' || one['customer_id'].includes(','))
        return unknown('no profile came');
      const { customer_id: id, customer_id_type: type } = one;
      const ids = { customer_ids: `${NO_KEY},${id}`, customer_id_type: String(type), num_per_page: 2 };
      const { rows, ...answer } = await visit.sor.get(PROFILES, { ...ids, attribute_keys: NO_KEY });
      if (!rows) return refuted(noRows(answer).because);
      const found = rows.filter((row) => row['customer_id'] === id).length;
      return rows.length === 1 && found === 1
        ? confirmed('one of two came')
        : refuted(`${rows.length} rows came, ${found} of them asked for`);
    },
  },
  {
    api,
    assumption: 'a page after the last one is empty, or refused',
    judge: async (visit) => {
      const page = beyond((await firstProfiles(visit)).total);
      const { rows, status } = await visit.sor.get(PROFILES, { attribute_keys: NO_KEY, num_per_page: 1, page });
      if (rows?.length) return refuted(`${rows.length} rows came`);
      return status === undefined || status >= 500 ? noRows({ status }) : confirmed(`the answer was ${status}`);
    },
  },
  {
    api,
    assumption: 'SOR_RATE has the limit that answers name',
    judge: async ({ sor, config }) =>
      limitFinding((await sor.get(SYSTEMS)).headers['x-ratelimit-limit'], config.SOR_RATE, 'SOR_RATE'),
  },
  {
    api,
    assumption: 'HOOD_CLIENT_ID_IS names what a `client_id` of Hood is here',
    judge: async (visit) => {
      const asked = ((await firstRequests(visit)).rows ?? []).map((row) => String(row['client_id'] ?? ''));
      const ids = [...new Set(asked)].filter((id) => /^[\w-]+$/.test(id));
      if (ids.length === 0) return unknown('Hood gave no client_id');
      const counted = async (type: string) => {
        const query = {
          attribute_keys: NO_KEY,
          customer_id_type: type,
          customer_ids: ids.join(','),
          num_per_page: ids.length,
        };
        return (await visit.sor.get(PROFILES, query)).rows?.filter((row) => ids.includes(String(row['customer_id'])))
          .length;
      };
      const [users, devices] = [await counted('user_id'), await counted('device_id')];
      if (users === undefined || devices === undefined) return unknown('the API did not answer with a list');
      const because = `of ${ids.length} ids ${users} are users and ${devices} are devices`;
      const best = users === devices ? undefined : users > devices ? 'user_id' : 'device_id';
      // An id that no profile has proves nothing.
      if (users + devices === 0 || best === undefined) return unknown(because);
      return best === visit.config.HOOD_CLIENT_ID_IS
        ? confirmed(because)
        : refuted(because, `HOOD_CLIENT_ID_IS=${best}`);
    },
  },
];
