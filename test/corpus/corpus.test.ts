import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { CORPUS, type CorpusOperation, FOLLOWING } from './corpus.ts';
import { reachedFields } from './reached.ts';
import { firstEvent, gatewayFor, send } from './sending.ts';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

/** Every field that somebody can select in one answer, `Type.field`. */
const FIELDS = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  .flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : []));

/** In a supergraph somebody else may own these. */
const NODE_FIELDS = ['Query.node', 'Query.nodes'];

/** Fields that the corpus selects, and that the stand-ins leave null in it. */
const ALWAYS_NULL = [
  // The documented import was not started by a job, and its error names a system and a customer that are not there.
  'AttributeImport.jobId',
  'AttributeImportError.definition',
  'AttributeImportError.profile',
  'AttributeImportError.system',
  'AttributeImportError.systemOfRecord',
  // The APIs would have to fail between two calls of one operation.
  'AttributeValuesPartlySentError.sentCount',
  'AttributeValuesPartlySentError.unknownCount',
  // Nothing was called before, and nothing has failed.
  'UpstreamBudget.openRoutes',
  'UpstreamLimit.resetsAt',
  // Nobody may see them.
  'SystemOfRecord.apiKeys',
];

async function answerTo(operation: CorpusOperation) {
  await using gateway = await gatewayFor(operation);
  return await send(operation, await gateway.listen());
}

test('every operation fits the schema, and together they are many', () => {
  const mistakes = [...CORPUS, ...FOLLOWING].flatMap(({ name, query }) =>
    validate(schema, parse(query)).map(({ message }) => `${name}: ${message}`),
  );
  expect(mistakes).toEqual([]);
  expect(CORPUS.length).toBeGreaterThanOrEqual(40);
});

test('together they get something from every field of every type: each root field, and each join', async () => {
  const reached = new Set<string>();
  const reach = ({ query }: CorpusOperation, data: unknown) => {
    for (const field of reachedFields(schema, query, data)) reached.add(field);
  };
  for (const operation of CORPUS) reach(operation, (await answerTo(operation)).data);
  for (const operation of FOLLOWING) reach(operation, (await firstEvent(operation))?.data);
  expect(FIELDS.filter((field) => !reached.has(field)).sort()).toEqual([...ALWAYS_NULL, ...NODE_FIELDS].sort());
});

test.each(CORPUS)('$name comes with data, and with the errors that it names', async (operation) => {
  const { data, errors = [] } = await answerTo(operation);
  const codes = errors.map(({ path = [], extensions }) => [path.join('.'), extensions.code]);
  expect(Object.fromEntries(codes)).toEqual(operation.errors ?? {});
  // An operation that is refused as a whole has no data at all.
  expect(data === undefined).toBe(operation.errors?.[''] !== undefined);
});

test.each(FOLLOWING)('$name comes with its first event', async (operation) => {
  expect(await firstEvent(operation)).toEqual({ data: expect.anything() });
});
