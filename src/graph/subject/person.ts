import type { CustomerIdType } from '../../sources/sor/profile-rows.ts';
import { BadInput } from '../caller-error.ts';
import { addressIn } from '../hood/email-scan.ts';

/** How a person is named: by exactly one of the three. */
export interface PersonArguments {
  customerId?: string | null | undefined;
  /** Null for both types. */
  customerIdType?: CustomerIdType | null | undefined;
  email?: string | null | undefined;
  clientId?: string | null | undefined;
}

/** What could not be looked up, and why. */
export interface Gap {
  api: string;
  what: string;
  why: string;
}

/** By what each API is asked for a person. */
export interface Person {
  /** The customers whose profiles may be theirs. */
  customers: readonly (readonly [id: string, type: CustomerIdType])[];
  /** What their GDPR requests are found by. */
  clientId: string | undefined;
  /** What requests are searched for. */
  email: string | undefined;
  /** What cannot be asked. */
  gaps: readonly Gap[];
}

/** The sentence about a person who is named in no way, or in several. */
export const ONE_NAME = 'Expected exactly one of "customerId", "email" and "clientId", which is not empty.';

/** Whether exactly one name is given. */
export function hasOneName({ customerId, email, clientId }: PersonArguments): boolean {
  const given = [customerId, email, clientId].filter((name) => name != null);
  return given.length === 1 && given[0]?.trim() !== '';
}

/** The one name that is given. */
export function nameIn({ customerId, email, clientId }: PersonArguments): string {
  return customerId ?? email ?? clientId ?? '';
}

/** How a person is looked up; `joined` is which SOR customers Hood's client ids name, if any. Throws `BadInput`. */
export function personNamed(names: PersonArguments, joined: CustomerIdType | undefined): Person {
  if (!hasOneName(names)) throw new BadInput(ONE_NAME);
  const { customerId, customerIdType, email, clientId } = names;
  if (email != null) {
    const ids = [...new Set([email.trim(), addressIn(email)])];
    return { customers: ids.map((id) => [id, 'user_id']), clientId: undefined, email, gaps: OF_EMAIL };
  }
  if (clientId != null) {
    const gaps = joined ? [] : [{ api: 'SOR', what: 'Profiles', why: NOT_JOINED }];
    return { customers: joined ? [[clientId, joined]] : [], clientId, email: undefined, gaps };
  }
  const id = customerId ?? '';
  const types: CustomerIdType[] = customerIdType ? [customerIdType] : ['user_id', 'device_id'];
  const isJoined = types.some((type) => type === joined);
  return {
    customers: types.map((type) => [id, type]),
    clientId: isJoined ? id : undefined,
    email: undefined,
    gaps: [
      ...(isJoined ? [] : [{ api: 'HOOD', what: 'GDPR requests', why: NOT_JOINED }]),
      ...(id.includes('@') ? [BY_EMAIL] : []),
    ],
  };
}

const NOT_JOINED = 'This gateway is configured not to take such an id for one of the other API (`HOOD_CLIENT_ID_IS`).';

/** Why profiles of the persons whom found requests are about are not looked up. */
export const UNJOINED_REQUESTS: Gap = { api: 'SOR', what: 'Profiles of whom the requests are about', why: NOT_JOINED };

const BY_EMAIL: Gap = {
  api: 'HOOD',
  what: 'GDPR requests that have the e-mail address',
  why: 'Hood names people by ids of its own: ask by `email`.',
};

const OF_EMAIL: readonly Gap[] = [
  {
    api: 'SOR',
    what: 'Profiles that have the e-mail address under another customer id',
    why: 'The API cannot be searched by values.',
  },
  {
    api: 'HOOD',
    what: 'GDPR requests without the e-mail address',
    why: 'Nothing in them tells whose they are but the client id: ask by `clientId`.',
  },
];

/** What neither API has a documented way to read, whoever it is. */
export const UNREADABLE: readonly Gap[] = [
  {
    api: 'HOOD',
    what: 'What Hood itself keeps of the person: profile, subscriptions, events',
    why: 'No documented call reads it.',
  },
  { api: 'HOOD', what: 'Documents behind proofs, files of exports', why: 'Only their addresses are read.' },
  {
    api: 'SOR',
    what: 'Sessions, events and messages',
    why: 'They are in other APIs of FollowAnalytics than the System of Record.',
  },
  { api: 'SOR', what: 'Refused lines of imports', why: 'See `AttributeImport.errors(customerId)`.' },
];
