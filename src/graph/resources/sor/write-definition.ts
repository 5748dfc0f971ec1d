/** What can be done to systems of record and to attributes alike: deleting, disabling and enabling them. */
import type { ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import { isSegment } from '../../../http/client/path.ts';
import type { Answered, DefinitionWrites } from '../../../sources/sor/definition-writes.ts';
import { GLOBAL, isIdentified } from '../../../sources/sor/systems.ts';
import type { FieldsOf, Types } from '../../builder.ts';
import type { Context } from '../../context.ts';
import type { Charge } from '../../cost/charge.ts';
import { filledText, mistake } from '../../input-checks.ts';
import { type InputFields, mutation } from '../../mutation.ts';
import { nodeTypes } from '../../node.ts';
import { globalId } from '../../node-ids.ts';
import { asOwn } from '../../permitted-schema.ts';
import { hasSelected, selects } from '../../selection.ts';

/** What an id in the path of a call may be. */
const IDENTIFIER = z
  .string()
  .refine(isSegment, mistake('UNKNOWN_ID', 'Expected an identifier that the System of Record gave out.'));

/** The input field that names a system of record; in the path of a call if it `isWrittenTo` itself. */
export function systemInput(t: InputFields, isWrittenTo = false) {
  const description = 'The system’s id in the API, or `global`.';
  return t.id({ idOf: 'SystemOfRecord', required: true, description, ...(isWrittenTo && { check: IDENTIFIER }) });
}

/** The input field that names an attribute. */
export function attributeInput(t: InputFields) {
  const description = 'The attribute’s id in the API.';
  return t.id({ idOf: 'CustomerAttribute', required: true, description, check: IDENTIFIER });
}

/** What was created, when the API did not say which of those that look like it that is; null if there are several. */
export function onlyOne<Row extends { identifier: string }>(rows: readonly Row[]): Row | null {
  const [only, ...others] = rows.filter(isIdentified);
  return only !== undefined && others.length === 0 ? only : null;
}

/** What became of a system or an attribute that is still there. */
export interface Written<Row> {
  /** Undefined where the API has answered a creation without the row. */
  answer: Answered<Row> | undefined;
  /** After a creation: finds the only one that looks like what was created. */
  findCreated?: () => Promise<Row | null>;
}

/** One of the two kinds of definitions. */
export interface DefinitionKind<Row> {
  type: 'CustomerAttribute' | 'SystemOfRecord';
  noun: string;
  writes: DefinitionWrites<Row>;
  /** The input field that names one. */
  input: (t: InputFields) => { identifier: ReturnType<typeof attributeInput> };
  ref: ObjectRef<Types, Row>;
}

/** A write by an identifier, which of the global system is read first. */
export function definitionWrite(identifier: string): Charge {
  return { api: 'SOR', calls: identifier === GLOBAL ? 2 : 1 };
}

const IDENTIFYING: readonly string[] = ['__typename', 'disabled', 'id', 'identifier'];

/** The field of a success that has a definition as it is after a write: the answer may say no more than which one it is. */
export function writtenField<Row extends object>({ type, noun, ref }: DefinitionKind<Row>, t: FieldsOf<Written<Row>>) {
  const rowOf = async ({ answer, findCreated }: Written<Row>, context: Context, info: GraphQLResolveInfo) => {
    if (!answer) return findCreated?.();
    const isEnough = hasSelected(answer, info, type);
    const row = isEnough ? answer : await nodeTypes.get(type)?.load(answer.identifier, [], context, info);
    return row && findCreated ? asOwn(row) : row;
  };
  return t.field({
    type: ref,
    cost: (_args, asked): readonly Charge[] =>
      selects(asked, type, (field) => !IDENTIFYING.includes(field)) ? [{ api: 'SOR', calls: 1 }] : [],
    description: `The ${noun.split(' ')[0]} as it is now; null when it could not be read again. Costs one upstream call if you select something that the API’s answer lacks.`,
    // The row is generic here, which Pothos cannot look into.
    resolve: (written, _args, context, info) => rowOf(written, context, info) as never,
  });
}

/** Declares the mutation that changes its one text, `delete…`, `disable…` and `enable…`. */
export function definitionMutations<Row extends object>(
  kind: DefinitionKind<Row>,
  descriptions: Record<'delete' | 'disable' | 'enable', string> & {
    change: { verb: string; field: 'label' | 'name'; description: string; success: string };
  },
): void {
  const { type, noun, writes, input } = kind;
  const { verb, field, description, success: successDescription } = descriptions.change;
  const fieldName = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const success = (t: FieldsOf<Written<Row>>) => ({ [fieldName]: writtenField(kind, t) });
  const shared = {
    tags: ['sor'],
    requires: 'sor:write',
    cost: ({ identifier }: { identifier: string }) => definitionWrite(identifier),
    audited: ({ identifier }: { identifier: string }) => ({
      subjects: type === 'SystemOfRecord' ? [['systemOfRecord', identifier] as const] : [],
    }),
    // By the word alone: finding out the type of any other system would cost a call.
    whyRefused: async ({ identifier }: { identifier: string }) =>
      identifier === GLOBAL ? ('NOT_CUSTOM' as const) : undefined,
  } as const;
  mutation(`${verb}${type}`, {
    ...shared,
    description,
    inputDescription: `Another ${field} for one ${noun}.`,
    input: (t: InputFields): ReturnType<typeof input> => ({
      ...input(t),
      [field]: t.string({
        required: true,
        description: 'What people will call it from now on.',
        check: filledText(field),
      }),
    }),
    resolve: async ({ identifier, ...change }, { sor, sorSystems }) => ({
      answer: await writes.change(sor, await sorSystems.identifierOf(identifier), change),
    }),
    successDescription,
    success,
  });

  mutation(`delete${type}`, {
    ...shared,
    description: `${descriptions.delete} Costs one upstream call.`,
    inputDescription: `Which ${noun} to delete.`,
    input,
    // Everybody's values go with it.
    audited: (target) => ({ isAboutAnybody: true, ...shared.audited(target) }),
    resolve: async (target, { sor, sorSystems }) => {
      const identifier = await sorSystems.identifierOf(target.identifier);
      await writes.delete(sor, identifier);
      return { identifier };
    },
    successDescription: `The ${noun} was deleted.`,
    success: (t) => ({
      deletedId: t.id({
        nullable: false,
        description: `The \`id\` that the ${noun} had.`,
        resolve: ({ identifier }) => globalId(type, identifier),
      }),
    }),
  });

  for (const to of ['disable', 'enable'] as const) {
    mutation(`${to}${type}`, {
      ...shared,
      description: `${descriptions[to]} Costs one upstream call, and a second one if you select more than \`identifier\` and \`disabled\`.`,
      inputDescription: `Which ${noun} to ${to}.`,
      input,
      resolve: async ({ identifier }, { sor, sorSystems }) => ({
        answer: await writes.switch(sor, await sorSystems.identifierOf(identifier), to),
      }),
      successDescription: `The ${noun} is ${to}d.`,
      success,
    });
  }
}
