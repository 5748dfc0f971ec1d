/** What inputs of mutations are checked with. */
import { type GraphQLInputObjectType, type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { z } from 'zod';
import { declared } from './declared.ts';
import { givenIds, withApiIds } from './node-ids.ts';
import type { InputIssue, UserErrorCode } from './user-errors.ts';

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
export function mistakesIn(error: z.ZodError | undefined): InputIssue[] {
  return (error?.issues ?? []).map((issue) => {
    const named = issue.code === 'custom' ? (issue.params?.['code'] as UserErrorCode | undefined) : KINDS[issue.code];
    return { path: issue.path.map(String), code: named ?? 'INVALID', message: issue.message };
  });
}

/** A text that people or the API must be able to see; `what` names it in the message. */
export function filledText(what: string) {
  return z.string().refine((text) => text.trim() !== '', mistake('TOO_SHORT', `Expected a ${what} that is not empty.`));
}

/** A text of so many characters at most. */
export function textWithin(most: number) {
  return z
    .string()
    .refine((text) => [...text].length <= most, mistake('TOO_LONG', `Expected at most ${most} characters.`));
}

/** All that is wrong with an input, and its data with ids of the APIs alone. A field's check replaces its type's. */
export function checkInput(type: GraphQLInputObjectType, given: object, path: readonly string[] = []) {
  const fields = type.getFields();
  const issues: InputIssue[] = [];
  const wrongId = (name: string, message: string) =>
    issues.push({ path: [...path, name], code: 'WRONG_TYPE', message });
  const read: Record<string, unknown> = { ...withApiIds(given, givenIds(Object.values(fields)), wrongId) };
  const inner = (type: GraphQLInputType, value: unknown, at: readonly string[]): unknown => {
    const named = getNamedType(type);
    if (!isInputObjectType(named) || value === null) return value;
    if (Array.isArray(value)) return value.map((each, index) => inner(named, each, [...at, String(index)]));
    const { data, issues: found } = checkInput(named, value as object, at);
    issues.push(...found);
    return data;
  };
  const data = Object.entries(fields).flatMap(([name, field]) => {
    if (read[name] === undefined) return [];
    const at = [...path, name];
    const { check } = declared<{ check: z.ZodType }>(field);
    if (!check) return [[name, inner(field.type, read[name], at)]];
    const { data = read[name], error } = read[name] === null && !check.isOptional() ? {} : check.safeParse(read[name]);
    issues.push(...mistakesIn(error).map((issue) => ({ ...issue, path: [...at, ...issue.path] })));
    return [[name, data]];
  });
  return { data: Object.fromEntries(data) as Readonly<Record<string, unknown>>, issues };
}
