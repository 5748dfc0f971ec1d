/** Creating, changing and deleting systems of record. */
import { z } from 'zod';
import {
  type Answered,
  createSystem,
  deleteSystem,
  renameSystem,
  switchSystem,
} from '../../../sources/sor/definition-writes.ts';
import type { SystemRow } from '../../../sources/sor/systems.ts';
import type { Context } from '../../context.ts';
import { filledText } from '../../input-checks.ts';
import { type InputFields, type MutationOptions, mutation } from '../../mutation.ts';
import { globalId } from '../../node-ids.ts';
import { hasSelected } from '../../selection.ts';
import { identifierOf, onlyOne, writableIdentifier } from '../../sor/write.ts';
import { asCreated, SystemOfRecord } from './system-of-record.ts';

interface Written {
  /** Undefined where the API has answered a creation without the system: then it is looked for by `name`. */
  answer: Answered<SystemRow> | undefined;
  /** Only after a creation. */
  name?: string;
}

const name = filledText('name');
const Target = z.object({ identifier: identifierOf('SystemOfRecord') });

const identifierInput = (t: InputFields) => ({
  identifier: t.id({ idOf: 'SystemOfRecord', required: true, description: 'The system’s id in the API, or `global`.' }),
});

/** The success of every mutation after which the system is still there. */
const systemOfRecord: MutationOptions<z.ZodType, Written>['success'] = (t) => ({
  systemOfRecord: t.field({
    type: SystemOfRecord,
    description:
      'The system as it is now; null when it could not be read again. Costs one upstream call if you select something that the API’s answer lacks.',
    resolve: async ({ answer, name }, _args, { sorSystems }, info) => {
      if (!answer) return onlyOne((await sorSystems.list()).filter((system) => system.name === name));
      // Rows are partial everywhere, only the types of those that are read do not say it.
      const isWhole = hasSelected(answer, info, 'SystemOfRecord');
      const row = isWhole ? (answer as SystemRow) : await sorSystems.find(answer.identifier);
      return row && name !== undefined ? asCreated(row) : row;
    },
  }),
});

mutation('createSystemOfRecord', {
  tags: ['sor'],
  description:
    'Creates a custom system of record. `apiKeys` of the answer shows its key, also to callers who may not read keys otherwise. Costs one upstream call, and a second one if you select `updatedAt` or attributes.',
  inputDescription: 'A new custom system of record.',
  input: (t) => ({ name: t.string({ required: true, description: 'What people will call it.' }) }),
  check: z.object({ name }),
  resolve: async ({ name }, { sor }) => ({ answer: await createSystem(sor, name), name }),
  successDescription: 'The system was created.',
  success: systemOfRecord,
});

mutation('renameSystemOfRecord', {
  tags: ['sor'],
  description:
    'Renames a custom system of record. Costs one upstream call, and a second one if you select `updatedAt` or attributes.',
  inputDescription: 'Another name for one system of record.',
  input: (t) => ({
    ...identifierInput(t),
    name: t.string({ required: true, description: 'What people will call it from now on.' }),
  }),
  check: Target.extend({ name }),
  resolve: async (input, context) => ({
    answer: await renameSystem(context.sor, await target(input, context), input.name),
  }),
  successDescription: 'The system was renamed.',
  success: systemOfRecord,
});

mutation('deleteSystemOfRecord', {
  tags: ['sor'],
  description: 'Deletes a custom system of record with its attributes and all their values. Costs one upstream call.',
  inputDescription: 'Which system of record to delete.',
  input: identifierInput,
  check: Target,
  resolve: async (input, context) => {
    const identifier = await target(input, context);
    await deleteSystem(context.sor, identifier);
    return { identifier };
  },
  successDescription: 'The system was deleted.',
  success: (t) => ({
    deletedId: t.id({
      nullable: false,
      description: 'The `id` that the system had.',
      resolve: ({ identifier }) => globalId('SystemOfRecord', identifier),
    }),
  }),
});

const SWITCHES = [
  ['disable', 'Disables', 'which then takes no values'],
  ['enable', 'Enables', 'which then takes values again'],
] as const;

for (const [to, does, effect] of SWITCHES) {
  mutation(`${to}SystemOfRecord`, {
    tags: ['sor'],
    description: `${does} a system of record, ${effect}; refused for the global one, and for one that is ${to}d. Costs one upstream call, and a second one if you select more than \`identifier\` and \`disabled\`.`,
    inputDescription: `Which system of record to ${to}.`,
    input: identifierInput,
    check: Target,
    resolve: async (input, context) => ({
      answer: await switchSystem(context.sor, await target(input, context), to),
    }),
    successDescription: `The system is ${to}d.`,
    success: systemOfRecord,
  });
}

const target = ({ identifier }: z.output<typeof Target>, context: Context) => writableIdentifier(identifier, context);
