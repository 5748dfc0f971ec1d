import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/graph/schema.ts';
import { schemaText } from '../src/graph/schema-text.ts';

const RELEASED = readFileSync('test/released-schema.graphql', 'utf8');

/** What clients of the one schema would lose in the other, in sentences. */
async function breakingChanges(released: string, next: string): Promise<string[]> {
  const changes = await diff(buildSchema(released), buildSchema(next));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message, path }) => `${path}: ${message}`);
}

test('clients of the last released schema lose nothing; CONTRIBUTING says how to release what breaks them', async () => {
  expect(await breakingChanges(RELEASED, schemaText(schema))).toEqual([]);
});

test.each<[what: string, old: string | RegExp, changed: string, told: string]>([
  ['a field is gone', /^ {2}"""[^"]*"""\n {2}statusText: String\n/m, '', 'GdprRequest.statusText'],
  ['a certain value becomes uncertain', 'hasNextPage: Boolean!', 'hasNextPage: Boolean', 'PageInfo.hasNextPage'],
  [
    'an argument is demanded',
    'filter: GdprRequestFilter\n',
    'filter: GdprRequestFilter!\n',
    'Query.gdprRequests.filter',
  ],
  ['an enum value is gone', /^ {2}"""[^"]*"""\n {2}DEVICE_ID\n/m, '', 'CustomerIdType.DEVICE_ID'],
  [
    'a mistake is not told any more',
    /^(union CreateProf.*) \| InvalidInputError/m,
    '$1',
    'CreateProfilePropertyResult',
  ],
])('it is told where %s', async (_what, old, changed, told) => {
  const next = RELEASED.replace(old, changed);
  expect(await breakingChanges(RELEASED, next)).toEqual([expect.stringContaining(`${told}: `)]);
});
