import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');

/** Fields within each other, below something that is not there: attributes and systems of record lead to each other. */
const deep = (levels: number) =>
  `{ systemOfRecord(identifier: "none") { ${times(levels - 2, (at) => (at % 2 ? 'systemOfRecord {' : 'customerAttributes {'))} __typename ${'}'.repeat(levels)}`;

/** Fragments that spread each other, each with so many fields of its own. */
const wide = (spreads: number, fields: number) =>
  `{ customerData { nodes { ${times(spreads, () => '...F')} } } } fragment F on CustomerData { ${times(fields, () => 'hoodId')} }`;

const LIMITS: [what: string, accepted: string, refused: string, message: string][] = [
  [
    'aliases',
    `{ ${times(100, (at) => `a${at}: __typename`)} }`,
    `{ node(id: "x") { ${times(101, (at) => `a${at}: id`)} } }`,
    'Expected at most 100 aliases: this document has 101.',
  ],
  [
    'directives',
    `{ ${times(25, () => '__typename @include(if: true) @skip(if: false)')} }`,
    `{ __typename ${times(51, () => '@include(if: true)')} }`,
    'Expected at most 50 directives: this document has 51.',
  ],
  [
    'root fields',
    '{ __typename }',
    `{ ${times(101, (at) => `field${at}`)} }`,
    'Expected at most 100 root fields in an operation: this document has 101.',
  ],
  ['levels of fields', deep(15), deep(16), 'Expected at most 15 levels of fields: this document has 16.'],
  [
    'levels of fields in fragments',
    `{ ...F } fragment F on Query ${deep(15)}`,
    `{ ...F } fragment F on Query ${deep(16)}`,
    'Expected at most 15 levels of fields: this document has 16.',
  ],
  [
    'repeats',
    `{ ${times(499, () => '__typename')} }`,
    `{ ${times(500, () => '__typename')} }`,
    'Expected at most 499 repeats of a field: this document has 500.',
  ],
  [
    'repeats of a field with other arguments',
    `{ ${times(51, () => 'gdprRequest(hoodId: "1") { hoodId }')} }`,
    `{ ${times(51, (at) => `node(id: "${at}") { id }`)} }`,
    'Expected at most 50 repeats of a field with other arguments: this document has 51.',
  ],
  [
    'repeats in fragments',
    wide(20, 24),
    wide(20, 25),
    'Expected at most 499 repeats of a field: this document has 500.',
  ],
  [
    'repeats within repeats',
    `{ ${times(22, () => `customerData { ${times(22, () => 'totalCount')} }`)} }`,
    `{ ${times(23, () => `customerData { ${times(22, () => 'totalCount')} }`)} }`,
    'Expected at most 499 repeats of a field: this document has 506.',
  ],
  [
    'questions for the schema',
    '{ __schema { queryType { name } } }',
    '{ __schema { queryType { name } } ...F } fragment F on Query { __schema { description } }',
    'Expected at most 1 questions for __schema: this document has 2.',
  ],
  [
    'questions for types',
    `{ ${times(10, (at) => `t${at}: __type(name: "Query") { name }`)} }`,
    `{ ${times(11, (at) => `t${at}: __type(name: "Query") { name }`)} }`,
    'Expected at most 10 questions for __type: this document has 11.',
  ],
  [
    'lists of the schema',
    `{ __schema { ${times(20, (at) => `t${at}: types { name }`)} } }`,
    `{ __schema { ${times(21, (at) => `t${at}: types { name }`)} } }`,
    'Expected at most 20 lists below __schema and __type: this document has 21.',
  ],
  [
    'lines',
    `{ __typename }${'\n'.repeat(9_999)}`,
    `{ __typename }${'\r\n'.repeat(10_000)}`,
    'Expected at most 10000 lines: this document has 10001.',
  ],
  [
    'tokens',
    `{ customerData { ${times(498, () => 'totalCount')} } }`,
    `{ ${times(9_999, () => 'a')} }`,
    'Expected at most 10000 tokens: this document has more.',
  ],
  [
    'the length of a name',
    `query ${'N'.repeat(200)} { __typename }`,
    `query ${'N'.repeat(201)} { __typename }`,
    'Expected at most 200 characters in a name: this document has 201.',
  ],
];

test.each(LIMITS)('%s are limited', async (_what, accepted, refused, message) => {
  await using gateway = await startGateway();
  expect((await gateway.query(accepted)).errors).toBeUndefined();
  gateway.hoodCalls();
  gateway.sorCalls();
  const answer = await gateway.query(refused);
  expect(answer).toEqual({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toEqual([]);
});
