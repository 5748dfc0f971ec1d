/** Creating, changing and deleting systems of record. */
import { SYSTEM_WRITES } from '../../../sources/sor/definition-writes.ts';
import type { SystemRow } from '../../../sources/sor/systems.ts';
import { filledText } from '../../input-checks.ts';
import { mutation } from '../../mutation.ts';
import { SystemOfRecord } from './system-of-record.ts';
import { type DefinitionKind, definitionMutations, onlyOne, systemInput, writtenField } from './write-definition.ts';

const SYSTEM: DefinitionKind<SystemRow> = {
  type: 'SystemOfRecord',
  noun: 'system of record',
  writes: SYSTEM_WRITES,
  input: (t) => ({ identifier: systemInput(t, true) }),
  ref: SystemOfRecord,
};

mutation('createSystemOfRecord', {
  tags: ['sor'],
  requires: 'sor:write',
  description:
    'Creates a custom system of record. `apiKeys` of the answer shows its key, also to callers who may not read keys otherwise. Costs one upstream call, and a second one if you select `updatedAt` or attributes.',
  inputDescription: 'A new custom system of record.',
  input: (t) => ({
    name: t.string({ required: true, description: 'What people will call it.', check: filledText('name') }),
  }),
  cost: () => ({ api: 'SOR', calls: 1 }),
  resolve: async (created, { sor, sorSystems }) => ({
    answer: await SYSTEM.writes.create(sor, created),
    findCreated: async () => onlyOne((await sorSystems.list()).filter(({ name }) => name === created.name)),
  }),
  successDescription: 'The system was created.',
  success: (t) => ({ systemOfRecord: writtenField(SYSTEM, t) }),
});

definitionMutations(SYSTEM, {
  change: {
    verb: 'rename',
    field: 'name',
    description:
      'Renames a custom system of record. Costs one upstream call, and a second one if you select `updatedAt` or attributes.',
    success: 'The system was renamed.',
  },
  delete: 'Deletes a custom system of record with its attributes and all their values.',
  disable:
    'Disables a system of record, which then takes no values; refused for the global one, and for one that is disabled.',
  enable:
    'Enables a system of record, which then takes values again; refused for the global one, and for one that is enabled.',
});
