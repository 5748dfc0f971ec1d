/** What inputs of mutations are checked with. */
import { z } from 'zod';
import type { UpstreamError } from '../http/client/upstream-error.ts';
import { type GivenIds, withApiIds } from './node-ids.ts';
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

/** What a check of an input says when it fails: a kind for programs, a sentence for people. */
export function mistake(code: UserErrorCode, error: string) {
  return { error, params: { code } };
}

/** The kinds of mistakes that `zod` itself finds, by its own names for them. */
const KINDS: Readonly<Record<string, UserErrorCode>> = {
  invalid_type: 'WRONG_TYPE',
  too_big: 'TOO_LONG',
  too_small: 'TOO_SHORT',
};

/** What checks found; a kind of mistake is as `mistake` named it, or as `zod` calls it. */
export function mistakesIn(error: z.ZodError | undefined) {
  return (error?.issues ?? []).map((issue) => {
    const named = issue.code === 'custom' ? (issue.params?.['code'] as UserErrorCode | undefined) : KINDS[issue.code];
    return { path: issue.path.map(String), code: named ?? 'INVALID', message: issue.message };
  });
}

/** A text that people or the API must be able to see; `what` names it in the message. */
export function filledText(what: string) {
  return z.string().refine((text) => text.trim() !== '', mistake('TOO_SHORT', `Expected a ${what} that is not empty.`));
}

/** An id of an object of a type; what is checked next, and comes of it, is the id by which the API knows it. */
export function idOf(typeName: string): z.ZodString {
  return z.string().check((checked) => {
    const wrong = (message: string) => checked.issues.push(wrongType(checked.value, [], message));
    checked.value = withApiIds({ id: checked.value }, { id: typeName }, (_, message) => wrong(message)).id;
  });
}

/** The same for members of an object that is checked elsewhere: what comes of it has ids of the APIs alone. */
export function withIds<Input extends object>(ids: GivenIds): z.ZodType<Input> {
  return z.custom<Input>().check((checked) => {
    const wrong = (name: string, message: string) => checked.issues.push(wrongType(checked.value, [name], message));
    checked.value = withApiIds(checked.value, ids, wrong);
  });
}

function wrongType(input: unknown, path: string[], message: string) {
  return { code: 'custom', input, path, message, params: { code: 'WRONG_TYPE' }, continue: true } as const;
}
