import type { UpstreamError } from '../http/client/upstream-error.ts';
import { closedEnum } from './open-enum.ts';

const CODES = {
  INVALID: 'Not usable, for a reason that only the message gives.',
  REQUIRED: 'A value is required here.',
  WRONG_TYPE: 'A value, or an `id`, of the wrong type.',
  TOO_LONG: 'More characters or members than are allowed.',
  TOO_SHORT: 'Empty, or fewer characters or members than are needed.',
  OUT_OF_RANGE: 'A number, date or time outside the range that can be kept.',
  TAKEN: 'A name or key that must be unique and is already in use.',
  UNKNOWN_ID: 'No object has this id.',
  UNKNOWN_KEY: 'The system of record has no attribute with this key.',
  NOT_A_SET: 'A change for sets, to an attribute that is no set.',
  DISABLED: 'The object that it names is disabled.',
  NOT_CUSTOM: 'The type of this system of record does not allow that: most changes are for custom ones.',
  CONFLICT: 'The object has changed in the meantime: read it again.',
  REJECTED: 'The API did not carry it out, for a reason that only the message gives.',
} as const;

/** What kind of mistake a caller made, for programs. */
export type UserErrorCode = keyof typeof CODES;

export const UserErrorCodeEnum = closedEnum('UserErrorCode', {
  description: 'The kinds of mistakes that the caller of a mutation can correct. More may be added.',
  values: CODES,
});

/**
 * Statuses of a write that the caller can correct, 200 with `success: false` among them; any other is an error. Of the
 * kind of mistake only two are sure to say something: neither API has codes of its own.
 */
const USER_ERROR_STATUSES: ReadonlyMap<number | undefined, UserErrorCode> = new Map([
  [200, 'REJECTED'],
  [400, 'REJECTED'],
  [404, 'UNKNOWN_ID'],
  [409, 'CONFLICT'],
  [422, 'REJECTED'],
]);

/** What kind of mistake the API refused; undefined for a failure that the caller cannot correct. */
export function codeOfRefusal({ failure, status, route }: UpstreamError): UserErrorCode | undefined {
  const code = failure === 'rejected' ? USER_ERROR_STATUSES.get(status) : undefined;
  // Of a call that names no object, a 404 does not say what is unknown.
  return code === 'UNKNOWN_ID' && !route.includes('{') ? 'REJECTED' : code;
}
