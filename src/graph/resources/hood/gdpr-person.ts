/** People named in GDPR requests, from Hood. */
import { builder } from '../../builder.ts';

/** A person as Hood nests them in a request; any field may be missing. */
interface PersonRow {
  full_name: string;
  email: string;
  phone_number: string;
  address: string;
}

export const GdprPerson = builder.objectRef<PersonRow>('GdprPerson').implement({
  description: 'A person as a request describes them. Whatever Hood leaves out is null. Personal data.',
  tags: ['gdpr', 'hood', 'pii'],
  fields: (t) => ({
    fullName: t.exposeString('full_name', { description: 'First and last name.', tags: ['pii'] }),
    email: t.exposeString('email', { description: 'E-mail address.', tags: ['pii'] }),
    phoneNumber: t.exposeString('phone_number', {
      description: 'Phone number, meant to be E.164.',
      tags: ['pii'],
    }),
    address: t.exposeString('address', { description: 'Postal address.', tags: ['pii'] }),
  }),
});
