import { APP_SYSTEM } from './customer-values.ts';
import type { AttributeSeed, SystemSeed } from './seeding.ts';
import type { ValueType } from './values.ts';

/** The identifier of the entity's global system, as the vendor's samples print it. */
export const GLOBAL_SYSTEM = 'SOR_id3nt1f13r';

/** The custom system that generated profiles have values in: the one that the vendor's samples create and import into. */
export const CUSTOM_SYSTEM = 'SOR_767yUpsMJoTWi0mz';

/** The three systems whose values are generated. */
export const BASE_SYSTEMS: SystemSeed[] = [
  {
    identifier: GLOBAL_SYSTEM,
    name: 'Global SoR for Your Entity',
    type: 'global',
    apiKeys: ['ebi97ujupC_tHQ'],
    updated: Date.parse('2020-01-21T14:47:19Z'),
    attributes: [
      ...['first_name', 'last_name', 'email'].map((key) => generated(key)),
      generated('date_of_birth', 'Date'),
      ...['gender', 'country', 'city', 'region', 'profile_picture_url'].map((key) => generated(key)),
    ],
  },
  {
    identifier: APP_SYSTEM,
    name: 'SOR for app Sandbox',
    type: 'app',
    apiKeys: ['pQ7nIacl4f'],
    attributes: [generated('favorite_team'), generated('other_team')],
  },
  {
    identifier: CUSTOM_SYSTEM,
    name: 'My Custom SoR',
    type: 'custom',
    apiKeys: ['tBqL8qvvAhfyAQ'],
    attributes: [
      { ...generated('contract_type'), inUse: true },
      generated('client_type'),
      generated('hobbies', 'Set'),
      generated('languages', 'Set'),
      generated('loyalty_points', 'Number'),
      generated('newsletter', 'Boolean'),
      generated('member_since', 'Date'),
      generated('last_order_at', 'DateTime'),
    ],
  },
];

/** Its identifier is always the same, so that examples can name it. */
function generated(key: string, type: ValueType = 'String'): AttributeSeed {
  const words = key.replaceAll('_', ' ');
  const label = words.charAt(0).toUpperCase() + words.slice(1);
  return { key, type, label, identifier: `FACA_${key}`, generated: true };
}
