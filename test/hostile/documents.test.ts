import { operation } from './measured.ts';
import { holdToRule } from './table.ts';

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');

/** Fragments on a type of which each stands twice in the next one. */
function doubling(type: string, depth: number, twice: (fragment: string) => string): string {
  return `${times(depth, (at) => `fragment F${at} on ${type} { ${twice(`...F${at + 1}`)} }`)} fragment F${depth} on ${type} { __typename }`;
}

const RESPELLED = '__schema { types { name fields { name args { name } } } }';

/** A refusal is short, and costs little more than reading what came. */
const most = { bytes: 2_000, cpuMs: 300, memoryMb: 100, calls: 0 };
const [status, code] = [200, '"code":"BAD_USER_INPUT"'];

holdToRule('documents that would cost too much cost little', [
  {
    name: 'fragments that spread the next one twice in the same place, 16 deep',
    raw: () => operation(`{ ...F0 } ${doubling('Query', 16, (next) => `__typename ${next} ${next}`)}`),
    status,
    says: 'Expected at most 20000 fields',
    most,
  },
  {
    name: 'fragments that lead twice to the next one, 16 deep',
    raw: () =>
      operation(
        `{ systemsOfRecord { nodes { ...F0 } } } ${doubling(
          'SystemOfRecord',
          16,
          (next) =>
            `a: customerAttributes { systemOfRecord { ${next} } } b: customerAttributes { systemOfRecord { ${next} } }`,
        )}`,
      ),
    status,
    says: 'Expected at most 20000 fields',
    most,
  },
  {
    name: 'empty fragments that double 400 times',
    raw: () => operation(`{ ...F0 } ${times(400, (at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`)}`),
    status,
    says: 'Expected at most 20000 fields',
    most,
  },
  {
    name: 'fragments of which each spreads all others',
    raw: () =>
      operation(`{ ...F0 } ${times(55, (at) => `fragment F${at} on Query { ${times(55, (to) => `...F${to}`)} }`)}`),
    status,
    says: 'Expected at most 20000 fields',
    most,
  },
  {
    name: 'a megabyte of one field',
    raw: () => operation(`{ ${'a '.repeat(490_000)} }`),
    status,
    says: 'Expected at most 10000 tokens',
    most,
  },
  {
    name: 'two megabytes of one field',
    raw: () => operation(`{ ${'a '.repeat(1_000_000)} }`),
    status: 413,
    says: 'Expected a body of at most 1000000 bytes',
    most,
  },
  {
    name: '3,000 aliases',
    raw: () => operation(`{ ${times(3_000, (at) => `a${at}: __typename`)} }`),
    status,
    says: 'Expected at most 100 aliases',
    most,
  },
  {
    name: 'the schema under 500 aliases',
    raw: () => operation(`{ ${times(500, (at) => `a${at}: ${RESPELLED}`)} }`),
    status,
    says: 'Expected at most 1 questions for __schema',
    most,
  },
  {
    name: 'the lists of the schema as often as they may be',
    raw: () =>
      operation(`{ __schema { types { fields { type { ${times(18, (at) => `a${at}: fields { name }`)} } } } } }`),
    status,
    says: '"data"',
  },
  {
    name: '10 types under each other’s fields',
    raw: () =>
      operation(`{ ${times(10, (at) => `a${at}: __type(name: "Query") { fields { type { fields { name } } } }`)} }`),
    status,
    says: '"data"',
  },
  {
    name: 'repeats within repeats within repeats',
    raw: () =>
      operation(
        `{ ${times(16, () => `customerData { ${times(16, () => `nodes { ${times(16, () => 'hoodId')} }`)} }`)} }`,
      ),
    status,
    says: 'Expected at most 499 repeats',
    most,
  },
  {
    name: 'repeats with arguments, just below the limit',
    raw: () => operation(`{ ${times(499, (at) => `node(id: "${at}") { id }`)} }`),
    status,
    says: code,
    most: { bytes: 50_000 },
  },
  {
    name: 'a hundred unknown names behind a megabyte of lines',
    raw: () => operation(`${'\n'.repeat(400_000)} { ${times(100, (at) => `unknown${at}`)} }`),
    status,
    says: 'Expected at most 10000 lines',
    most,
  },
  {
    name: '3,000 unknown arguments behind as many lines as there may be',
    raw: () => operation(`${'\n'.repeat(9_990)} { node(${times(3_000, (at) => `unknown${at}: 1`)}) { id } }`),
    status,
    says: 'At least 900 more errors are left out',
    most: { bytes: 20_000 },
  },
  {
    name: '9,000 unknown fields',
    raw: () => operation(`{ customerData { ${times(9_000, (at) => `unknown${at}`)} } }`),
    status,
    says: 'more errors are left out',
    most,
  },
  {
    name: 'a name of a megabyte',
    raw: () => operation(`{ ${'n'.repeat(900_000)} }`),
    status,
    says: 'Expected at most 200 characters in a name',
    most,
  },
  {
    name: 'lists within each other',
    raw: () => operation(`{ customerData(filter: ${'['.repeat(4_900)}${']'.repeat(4_900)}) { totalCount } }`),
    status: 400,
    says: code,
    most,
  },
  {
    name: 'a text of a megabyte where an enum belongs',
    raw: () => operation(`{ customerData(orderBy: { field: "${'x'.repeat(900_000)}" }) { totalCount } }`),
    status,
    says: code,
    most,
  },
]);

const SET = 'mutation ($input: SetAttributeValuesInput!) { setAttributeValues(input: $input) { __typename } }';

holdToRule('variables that would cost too much cost little', [
  {
    name: 'a megabyte beside 60 unknown fields',
    raw: () =>
      operation(SET, {
        input: {
          systemOfRecord: 'x'.repeat(900_000),
          changes: [],
          ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`unknown${at}`, at])),
        },
      }),
    status,
    says: '56 more errors are left out',
    most,
  },
  {
    name: 'unknown fields by the ten thousand',
    raw: () =>
      operation(SET, { input: Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`unknown${at}`, at])) }),
    status,
    says: 'At least 994 more errors are left out',
    most,
  },
  {
    name: 'a list of nothing but mistakes',
    raw: () => operation('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(10_000).fill({}) }),
    status,
    says: 'At least 900 more errors are left out',
    most: { bytes: 20_000 },
  },
  {
    name: 'an unknown field with a name of a megabyte',
    raw: () => operation(SET, { input: { ['n'.repeat(900_000)]: 1 } }),
    status,
    says: code,
    most,
  },
]);
