/** What inputs of mutations are checked with. */
import { z } from 'zod';
import { type GivenIds, withApiIds } from './node-ids.ts';
import type { UserErrorCode } from './user-error-code.ts';

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
