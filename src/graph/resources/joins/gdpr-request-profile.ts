/** Whom a GDPR request is about and who makes it, as the System of Record knows them. */
import type { CustomerIdType } from '../../../sources/sor/profile-rows.ts';
import { builder } from '../../builder.ts';
import { byArguments } from '../../cost/charge.ts';
import { profileCharge, profilesOf } from '../../sor/profiles.ts';
import { GdprPerson, GdprRequest } from '../hood/gdpr-request.ts';
import { CustomerIdTypeEnum, CustomerProfile } from '../sor/customer-profile.ts';

builder.objectField(GdprRequest, 'customerProfile', (t) =>
  t.from(['client_id'], {
    type: CustomerProfile,
    description:
      'The profile whose customer id is `clientId`; null when there is none, and always where this gateway is configured not to join the two (`HOOD_CLIENT_ID_IS=none`) and no type is given. One upstream call per response, however many rows select it.',
    cost: byArguments('share', ({ customerIdType }: { customerIdType?: CustomerIdType | null }, { context }) => {
      const type = customerIdType ?? context.clientIdType;
      return type ? profileCharge(type, 1) : [];
    }),
    args: {
      customerIdType: t.arg({
        type: CustomerIdTypeEnum,
        description: 'Whether `clientId` is a user’s or a device’s id in SOR; as configured when left out.',
      }),
    },
    resolve: ({ client_id }, { customerIdType }, context, info) => {
      const type = customerIdType ?? context.clientIdType;
      return type && client_id ? profilesOf(context, info).load(String(client_id), type) : null;
    },
  }),
);

builder.objectField(GdprPerson, 'customerProfile', (t) =>
  t.field({
    type: CustomerProfile,
    description:
      'The profile whose user id is this e-mail address; null when there is none. One upstream call per response, however many rows select it.',
    requires: 'pii:read',
    cost: profileCharge('user_id', 1),
    resolve: ({ email }, _args, context, info) =>
      email ? profilesOf(context, info).load(String(email), 'user_id') : null,
  }),
);
