import { invalid, success, unknown } from './answers.ts';
import { profileJson } from './profile-json.ts';
import { filterIn, idTypeIn, namedProfiles, pageIn, projectionIn } from './profile-queries.ts';
import type { SorHandler } from './routes.ts';
import type { CustomerIdType } from './values.ts';

/** A page of profiles, or with `updated_since` of what changed in them: then without totals, but with `next`. */
export const listProfiles: SorHandler = (sor, { query, headers }) => {
  const { page, size } = pageIn(query, sor.settings.maxPageSize);
  const filter = filterIn(query);
  const projection = projectionIn(sor, query, filter.since);
  const offset = (page - 1) * size;
  const named = namedProfiles(sor, query, filter);
  const total = named?.length ?? sor.profiles.count(filter);
  const rows = named?.slice(offset, offset + size) ?? sor.profiles.slice(filter, offset, size);
  const profiles = rows.map((profile) => profileJson(sor, profile, projection));
  if (filter.since === undefined) {
    return success({ total_pages: Math.ceil(total / size), total_profiles: total, profiles });
  }
  // The seed's link carries the page alone, neither the filters nor the date.
  const origin = sor.settings.nextOrigin ?? `http://${headers.host}`;
  const next = offset + size < total ? `${origin}/api/customer_profiles?page=${page + 1}` : null;
  return success({ profiles, next });
};

/** One customer, as an array; without a type both the user and the device of that id. */
export const viewProfile: SorHandler = (sor, { query }, customerId) => {
  if (!customerId) throw invalid('customer_id');
  const asked = idTypeIn(query);
  const types: CustomerIdType[] = asked ? [asked] : ['user_id', 'device_id'];
  const found = types.flatMap((type) => sor.profiles.find(customerId, type) ?? []);
  if (found.length === 0 && sor.settings.unknownProfile === 'missing') throw unknown('Customer profile');
  const projection = projectionIn(sor, query);
  return success(found.map((profile) => profileJson(sor, profile, projection)));
};
