import type { Attribute, System } from './definitions.ts';
import { isGenerated, type Profile } from './profiles.ts';
import type { Sor } from './sor.ts';
import { shownValue, type Value } from './values.ts';

/** What of each profile a list or a View shows. */
export interface Projection {
  /** The systems, those left out removed, with the attributes asked for. */
  systems: { system: System; attributes: Attribute[] }[];
  /** Whether systems without any of their attributes are left out: keys were asked for. */
  byKey: boolean;
  /** Shows changes since this millisecond instead of values. */
  since: number | undefined;
}

/** What the API answers with for one profile. */
export interface ProfileJson {
  customer_id: string;
  customer_id_type: string;
  /** By system (`global`, or the identifier of any other), then by key: the values, or their changes. */
  attributes: Record<string, Record<string, unknown>>;
  applications: object[];
}

/** Shows a profile. */
export function profileJson(sor: Sor, profile: Profile, projection: Projection): ProfileJson {
  const installations = sor.values.installations(profile);
  const attributes: ProfileJson['attributes'] = {};
  for (const { system, attributes: asked } of projection.systems) {
    const known = asked.flatMap((attribute) => {
      const value = sor.values.get(profile, attribute);
      return value ? [{ attribute, value }] : [];
    });
    const belongs =
      system.type === 'global' ||
      installations.some(({ systemIdentifier }) => systemIdentifier === system.identifier) ||
      asked.some((attribute) => sor.values.isWritten(profile, attribute)) ||
      (isGenerated(profile) && known.length > 0);
    if (!belongs || (projection.byKey && known.length === 0)) continue;
    const entries = known.flatMap(({ attribute, value }) => {
      const json = shownIn(projection, attribute, value);
      return json === undefined ? [] : [[attribute.key, json] as const];
    });
    attributes[system.type === 'global' ? 'global' : system.identifier] = Object.fromEntries(entries);
  }
  const apps = Map.groupBy(installations, ({ appId, systemIdentifier }) => `${appId} ${systemIdentifier}`);
  const applications = [...apps.values()].map((group) => ({
    app_id: group[0]?.appId,
    sor_id: group[0]?.systemIdentifier,
    installations: group.map(({ deviceId }) => ({ device_id: deviceId })),
  }));
  return { customer_id: profile.customerId, customer_id_type: profile.type, attributes, applications };
}

/** The value, or its change; `undefined` if it did not change since. */
function shownIn({ since }: Projection, { valueType }: Attribute, value: Value): unknown {
  const json = shownValue(valueType, value);
  if (since === undefined) return json;
  if (value.since === null || value.since < since) return undefined;
  const removed = value.json === null;
  // "If the attribute was removed after the date and there has been other changes to this attribute after the date".
  if (removed && (value.held === null || value.held < since)) return undefined;
  return { value: json, removed };
}
