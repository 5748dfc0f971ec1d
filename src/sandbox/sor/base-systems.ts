import { APP_SYSTEM, CUSTOM_SYSTEM, GLOBAL_SYSTEM } from './generated-values.ts';
import type { AttributeSeed, SystemSeed } from './seeding.ts';
import type { ValueType } from './values.ts';

/** The three systems whose values are generated. */
export const BASE_SYSTEMS: SystemSeed[] = [
  {
    ...{ identifier: GLOBAL_SYSTEM, name: 'Global SoR for Your Entity', type: 'global' },
    ...{ apiKeys: ['ebi97ujupC_tHQ'], updated: Date.parse('2020-01-21T14:47:19Z') },
    attributes: [
      ...generated('String', 'first_name last_name email'),
      ...generated('Date', 'date_of_birth'),
      ...generated('String', 'gender country city region profile_picture_url'),
    ],
  },
  {
    ...{ identifier: APP_SYSTEM, name: 'SOR for app Sandbox', type: 'app', apiKeys: ['pQ7nIacl4f'] },
    attributes: generated('String', 'favorite_team other_team'),
  },
  {
    ...{ identifier: CUSTOM_SYSTEM, name: 'My Custom SoR', type: 'custom', apiKeys: ['tBqL8qvvAhfyAQ'] },
    attributes: [
      ...generated('String', 'contract_type').map((attribute) => ({ ...attribute, inUse: true })),
      ...generated('String', 'client_type'),
      ...generated('Set', 'hobbies languages'),
      ...generated('Number', 'loyalty_points'),
      ...generated('Boolean', 'newsletter'),
      ...generated('Date', 'member_since'),
      ...generated('DateTime', 'last_order_at'),
    ],
  },
];

/** Their identifiers are always the same, so that examples can name them. */
function generated(type: ValueType, keys: string): AttributeSeed[] {
  return keys.split(' ').map((key) => {
    const words = key.replaceAll('_', ' ');
    const label = words.charAt(0).toUpperCase() + words.slice(1);
    return { key, type, label, identifier: `FACA_${key}`, generated: true };
  });
}
