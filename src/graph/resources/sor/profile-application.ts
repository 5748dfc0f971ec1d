/** Apps that a customer has installed, and on which devices, from the System of Record. */
import DataLoader from 'dataloader';
import { textOf } from '../../../sources/exact-values.ts';
import type { ProfileRow } from '../../../sources/sor/profile-rows.ts';
import { GLOBAL } from '../../../sources/sor/systems.ts';
import { readValues } from '../../../sources/sor/values.ts';
import { builder } from '../../builder.ts';
import { type Context, oncePerOperation } from '../../context.ts';
import { SYSTEM_LIST } from '../../cost/charge.ts';
import { profileOrIdStub, stubCharges } from '../../sor/profiles.ts';
import { CustomerProfile } from './customer-profile.ts';
import { systemEdges } from './system-of-record.ts';

interface ApplicationRow {
  app_id: string;
  sor_id: string | null;
  installations: unknown;
}

interface InstallationRow {
  device_id: string;
}

const Installation = builder.objectRef<InstallationRow>('Installation').implement({
  description: 'An app on a device.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    deviceId: t.exposeID('device_id', { nullable: false, description: 'The device.', tags: ['pii'] }),
    profile: t.field({
      type: CustomerProfile,
      description:
        'The device’s own profile; null when it has none. With nothing but its ids selected it is not looked up: that costs no call and is never null. Anything else is one upstream call per response.',
      weight: 'share',
      cost: (_args, asked) => stubCharges(asked, 'device_id'),
      resolve: ({ device_id }, _args, context, info) => profileOrIdStub(device_id, 'device_id', context, info),
    }),
  }),
});

const ProfileApplication = builder.objectRef<ApplicationRow>('ProfileApplication').implement({
  description: 'An app that a customer has installed.',
  tags: ['pii', 'sor'],
  fields: (t) => ({
    appId: t.exposeID('app_id', { nullable: false, description: 'The app.' }),
    systemIdentifier: t.exposeID('sor_id', { description: 'The app’s system of record.' }),
    ...systemEdges(t, 'sor_id'),
    installations: t.field({
      type: [Installation],
      nullable: false,
      description: 'Where it is installed.',
      rows: 2,
      resolve: ({ installations }, _args, { operation }) => {
        const rows = rowsWith<InstallationRow>(installations, 'device_id');
        operation.subjects?.add(rows.map(({ device_id }) => ['customer', device_id]));
        return rows;
      },
    }),
  }),
});

builder.objectFields(CustomerProfile, (t) => ({
  applications: t.field({
    type: [ProfileApplication],
    description: 'The apps that the customer has installed. Costs no further call.',
    rows: 2,
    resolve: ({ applications }) => rowsWith<ApplicationRow>(applications, 'app_id'),
  }),
  lastUser: t.field({
    type: CustomerProfile,
    description:
      'For a device, the user who used it last; null for users, and when nobody is known. Costs one upstream call for each device, and one for the profiles.',
    cost: (_args, asked) => [{ api: 'SOR', calls: 1, key: 'last user' }, SYSTEM_LIST, ...stubCharges(asked, 'user_id')],
    resolve: async (profile, _args, context, info) => {
      const user = await lastUsersOf(context).load(profile);
      return user === null ? null : profileOrIdStub(user, 'user_id', context, info);
    },
  }),
}));

/** The devices on which a customer has any app. */
export const devicesOf = ({ applications }: ProfileRow): string[] =>
  rowsWith<ApplicationRow>(applications, 'app_id')
    .flatMap(({ installations }) => rowsWith<InstallationRow>(installations, 'device_id'))
    .map(({ device_id }) => device_id);

/** The devices of a tick wait for each other, so that the profiles of their users are looked up by one call. */
const lastUsersOf = oncePerOperation((context) => {
  const lookUp = (profile: ProfileRow) => lastUserOf(profile, context).catch((error: Error) => error);
  return new DataLoader<ProfileRow, string | null>((profiles) => Promise.all(profiles.map(lookUp)), {
    cache: false,
  });
});

/** Asked for a device's values in a system that is no custom one, the API answers with its last user's (vendor's page: attribute values). */
async function lastUserOf(profile: ProfileRow, { sor, sorSystems }: Context): Promise<string | null> {
  if (profile.customer_id_type !== 'device_id') return null;
  const [application] = rowsWith<ApplicationRow>(profile.applications, 'sor_id');
  const system = application?.sor_id ?? (await sorSystems.findInList(GLOBAL))?.identifier;
  const values = system ? await readValues(sor, profile, system) : null;
  return values?.customer_id_type === 'user_id' ? values.customer_id : null;
}

/** The members of a list that have an id, which may come as a number; anything else the API may put there is left out. */
function rowsWith<Row extends object>(list: unknown, id: keyof Row & string): Row[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((row: Row | null) => {
    const own = textOf(row?.[id]);
    return own === null ? [] : [{ ...(row as Row), [id]: own }];
  });
}
