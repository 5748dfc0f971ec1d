import { template } from '../http/client/path.ts';
import { type Checks, confirmed, listChecks, ofRows, refuted, unknown } from './check.ts';
import { firstRequests } from './hood-checks.ts';
import { textOf, type Visit } from './visit.ts';

const PROFILES = template('/api/customer_profiles');
const SYSTEMS = template('/api/system_of_records');

/** Nobody has it: without values even a large page is small. */
const NO_KEY = 'hood_sor_gateway_no_such_key';

const firstProfiles = ({ sor }: Visit) => sor(PROFILES, { num_per_page: 3, page: 1 });

const narrowed = ({ sor }: Visit, page: number, size: number) =>
  sor(PROFILES, { attribute_keys: NO_KEY, num_per_page: size, page });

/** Which of these ids are profiles, as the API calls their type. */
const ofIds = ({ sor }: Visit, ids: readonly string[], type: string) =>
  sor(PROFILES, {
    ...{ attribute_keys: NO_KEY, num_per_page: ids.length },
    ...{ customer_ids: ids.join(','), customer_id_type: type },
  });

export const SOR_CHECKS: Checks = {
  ...listChecks({ api: 'SOR', first: firstProfiles, page: narrowed, small: (visit) => narrowed(visit, 1, 20) }),
  'one system is global': async ({ sor }) =>
    ofRows(await sor(SYSTEMS), (rows) => {
      const globals = rows.filter(({ type }) => type === 'global').length;
      return globals === 1 ? confirmed('there is one') : refuted(`there are ${globals}`);
    }),
  'profiles are listed whose values were all left out by `attribute_keys`': async (visit) => {
    if (!(await firstProfiles(visit)).rows?.length) return unknown('no profiles came');
    return ofRows(await narrowed(visit, 1, visit.config.SOR_MAX_PAGE_SIZE), ({ length }) =>
      length > 0 ? confirmed(`${length} came`) : refuted('none came; the gateway finds that out by itself'),
    );
  },
  '`customer_ids` finds those that exist, and leaves out others': async (visit) => {
    const [one] = (await firstProfiles(visit)).rows ?? [];
    const id = textOf(one?.['customer_id']);
    if (id === '' || id.includes(',')) return unknown('no profile came');
    const seen = await ofIds(visit, [NO_KEY, id], textOf(one?.['customer_id_type']));
    return ofRows(seen, (rows) => {
      const found = rows.filter((row) => row['customer_id'] === id).length;
      if (rows.length === 1 && found === 1) return confirmed('one of two came');
      return refuted(`${rows.length} rows came, ${found} of them asked for`);
    });
  },
  'HOOD_CLIENT_ID_IS names what a `client_id` of Hood is here': async (visit) => {
    const asked = ((await firstRequests(visit)).rows ?? []).map((row) => textOf(row['client_id']));
    const ids = [...new Set(asked)].filter((id) => /^[\w-]+$/.test(id));
    if (ids.length === 0) return unknown('Hood gave no client_id');
    const counted = async (type: string) =>
      (await ofIds(visit, ids, type)).rows?.filter((row) => ids.includes(textOf(row['customer_id']))).length;
    const [users, devices] = [await counted('user_id'), await counted('device_id')];
    if (users === undefined || devices === undefined) return unknown('no list came');
    const because = `of ${ids.length} ids ${users} are users and ${devices} are devices`;
    // An id that no profile has proves nothing.
    if (users === devices) return unknown(because);
    const best = users > devices ? 'user_id' : 'device_id';
    return best === visit.config.HOOD_CLIENT_ID_IS ? confirmed(because) : refuted(because, `HOOD_CLIENT_ID_IS=${best}`);
  },
};
