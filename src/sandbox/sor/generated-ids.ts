import { person } from '../people.ts';
import type { CustomerIdType } from './values.ts';

/**
 * Who the generated profiles are. Person `k` has three: position `3k` by Hood's client id, `3k + 1` by e-mail
 * address, `3k + 2` by device. All of it is computed, in both directions; nothing is stored.
 */

/** The customer at `position`, from 0. */
export function customerAt(position: number): { customerId: string; type: CustomerIdType } {
  const { clientId, email, deviceId } = person(Math.floor(position / 3));
  if (position % 3 === 2) return { customerId: deviceId, type: 'device_id' };
  return { customerId: position % 3 === 0 ? clientId : email, type: 'user_id' };
}

/** The position at which a customer would be generated; `undefined` if at none. */
export function positionOf(customerId: string, type: CustomerIdType): number | undefined {
  const position = positionLike(customerId);
  if (!Number.isSafeInteger(position) || position < 0) return undefined;
  const customer = customerAt(position);
  return customer.customerId === customerId && customer.type === type ? position : undefined;
}

/** How many of the first `count` positions hold this type. */
export function rankOf(type: CustomerIdType | undefined, count: number): number {
  const devices = Math.floor(count / 3);
  if (type === undefined) return count;
  return type === 'device_id' ? devices : count - devices;
}

/** The position of the `rank`-th customer of this type, from 0. */
export function positionAtRank(type: CustomerIdType | undefined, rank: number): number {
  if (type === undefined) return rank;
  return type === 'device_id' ? rank * 3 + 2 : Math.floor(rank / 2) * 3 + (rank % 2);
}

const FIRST_CLIENT = BigInt(person(0).clientId);
const CLIENT_STEP = BigInt(person(1).clientId) - FIRST_CLIENT;

/** Where a generated customer would be whose id looks like this one; `NaN` if none looks so. */
function positionLike(customerId: string): number {
  if (/^\d{20}$/.test(customerId)) return Number((BigInt(customerId) - FIRST_CLIENT) / CLIENT_STEP) * 3;
  const [, n] = /\.(\d{1,9})@example\.com$/.exec(customerId) ?? [];
  if (n !== undefined) return Number(n) * 3 + 1;
  return /^[0-9A-F]{8}-/.test(customerId) ? Number.parseInt(customerId, 16) * 3 + 2 : Number.NaN;
}
