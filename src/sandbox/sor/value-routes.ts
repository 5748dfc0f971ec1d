import type { Reply } from '../server.ts';
import { attributesOf } from './definitions.ts';
import { invalid, success, unknown } from './messages.ts';
import { idTypeIn } from './profile-routes.ts';
import type { SorHandler } from './sor.ts';
import { colonTime } from './times.ts';
import { isEmpty, shownValue, type Value, type ValueType } from './values.ts';

/** The values of one customer in one system. A device is answered with its last user, except by a custom system. */
export const readValues: SorHandler = (sor, { query }) => {
  const system = sor.systems.get(query.get('sor_id') ?? '');
  const customerId = query.get('customer_id');
  const type = idTypeIn(query, 'customer_type');
  const dated = query.get('with_validity_dates') ?? 'false';
  if (!system) throw invalid('sor_id');
  if (!customerId) throw invalid('customer_id');
  if (!type) throw invalid('customer_type');
  if (!['', 'true', 'false'].includes(dated)) throw invalid('with_validity_dates');

  const user =
    system.type !== 'custom' && type === 'device_id' ? sor.values.lastUserOf(customerId) : undefined;
  const profile = user ?? sor.profiles.find(customerId, type);
  if (!profile) throw unknown('Customer profile');
  const show = dated === 'false' ? shownValue : withDates;
  const shown = attributesOf(sor, system).flatMap((attribute) => {
    const value = sor.values.get(profile, attribute);
    return value ? [[attribute.key, show(attribute.valueType, value)] as const] : [];
  });
  const answer = success({
    customer_id: profile.customerId,
    customer_id_type: profile.type,
    attribute_values: Object.fromEntries(shown),
  });
  return sor.settings.trailingCommas ? withTrailingCommas(answer) : answer;
};

/** A value whose date nobody recorded stays bare, like the sample's `"favorite_team": "France"`. */
function withDates(type: ValueType, value: Value): unknown {
  const json = shownValue(type, value);
  if (value.since === null && !isEmpty(value)) return json;
  const dated = { value: json, since: isEmpty(value) ? null : timeOrNull(value.since) };
  if (type !== 'Set') return dated;
  const elements: unknown[] = JSON.parse(value.json ?? '[]');
  const datedElements = elements.map((element, n) => ({
    value: element,
    since: timeOrNull(value.elements?.[n]),
  }));
  return { ...dated, elements: datedElements };
}

function timeOrNull(at: number | null | undefined): string | null {
  return at === null || at === undefined ? null : colonTime(at);
}

/** The vendor's samples end `"region": null, } } }`, which no strict parser reads. */
function withTrailingCommas({ status, json }: Reply): Reply {
  const body = JSON.stringify(json).replace(/([^{])\}\}\}$/, '$1,}}}');
  return { status, body, headers: { 'content-type': 'application/json' } };
}
