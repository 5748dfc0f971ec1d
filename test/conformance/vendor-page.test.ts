import { existsSync, readFileSync } from 'node:fs';
import { resolveSchemaCoordinate } from 'graphql';
import { expect, test } from 'vitest';
import { VARIABLE_NAMES } from '../../src/config/config.ts';
import { schema } from '../../src/graph/schema.ts';
import { VENDOR_PAGES } from './statements/index.ts';
import {
  coordinatesOf,
  onPurpose,
  type Statement,
  statementsOf,
  testsOf,
  unshown,
  VENDOR_PAGE,
  vendorPageOf,
} from './vendor-page.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const STATEMENTS = statementsOf(VENDOR_PAGES);
const FRONTEND = read('docs/frontend.md');

/** What docs/frontend.md says failures of an API carry. */
const [, MEMBERS = ''] = /`upstream: \{ (.*?) \}`/.exec(FRONTEND) ?? [];
const EXTENSIONS = MEMBERS.split(', ').map((name) => `extensions.upstream.${name}`);

function isThere(coordinate: string): boolean {
  if (VARIABLE_NAMES.includes(coordinate as never) || EXTENSIONS.includes(coordinate)) return true;
  return resolveSchemaCoordinate(schema, coordinate) !== undefined;
}

test('the page is what its command writes', () => {
  expect(read(VENDOR_PAGE), `${VENDOR_PAGE} is out of date: npm run conformance`).toBe(vendorPageOf(VENDOR_PAGES));
});

test('no statement of the vendors’ pages is missing, and none stands twice under its endpoint', () => {
  expect(STATEMENTS).toHaveLength(361);
  for (const { endpoints } of VENDOR_PAGES) {
    for (const statements of Object.values(endpoints)) {
      const sentences = statements.map(([says]) => says);
      expect(sentences.filter((says, index) => sentences.indexOf(says) < index)).toEqual([]);
    }
  }
});

test('a statement names parts of the graph and a test, or has its reason', () => {
  const without = STATEMENTS.filter((statement) => {
    const [, by, shown] = statement;
    if (typeof by !== 'string') return by.why === '';
    return coordinatesOf(statement).length === 0 || shown === undefined;
  });
  expect(without).toEqual([]);
});

test('every part of the graph that a statement names exists: fields, arguments and values, settings, members of errors', () => {
  const missing = STATEMENTS.flatMap(coordinatesOf).filter((coordinate) => !isThere(coordinate));
  expect(missing).toEqual([]);
});

test('every test that shows a statement exists under its name', () => {
  const missing = testsOf(STATEMENTS).filter(({ file, name }) => {
    const path = `test/${file}`;
    return !existsSync(path) || ![`'${name}'`, `"${name}"`].some((literal) => read(path).includes(literal));
  });
  expect(missing).toEqual([]);
});

const passed = { file: '/there/test/a.test.ts', title: 'the 1. of "x"', ancestorTitles: ['a group'], status: 'passed' };

test('a statement holds if its test passed in each of its cases, or all tests of its group did', () => {
  const shown = (name: string) => ({ file: 'a.test.ts', name });
  const failed = { ...passed, title: 'the 2. of "x"', status: 'failed' };
  const names = ['the %i. of %j', 'the $number. of "x"', 'a group'].map(shown);
  expect(unshown(names, [passed])).toEqual([]);
  expect(unshown(names, [passed, failed])).toEqual(names);
  const others = ['the', 'of "x"', 'another'].map(shown);
  expect(unshown(others, [passed])).toEqual(others);
  expect(unshown([{ file: 'b.test.ts', name: 'a group' }], [passed])).toHaveLength(1);
});

test('a line has the statement, the parts that do it and its test, or the reason why none does', () => {
  const statements: Statement[] = [
    ['It can be a|b.', 'Query.node, Query.nodes', { file: 'a.test.ts', name: 'a %s' }],
    ['It can be c.', onPurpose('nobody wants it.')],
  ];
  const page = vendorPageOf([{ title: 'One', endpoints: { 'GET /one': statements, 'All of it': [] } }]);
  expect(page.match(/^(?:#+ [^W].*|\| (?!---|statement).*|Of.*)$/gm)).toEqual([
    'Of 2 statements 1 hold. The others say why not.',
    '## One',
    '### `GET /one`',
    '| It can be a\\|b. | `Query.node`, `Query.nodes` | [a %s](../test/a.test.ts) |',
    '| It can be c. | on purpose | nobody wants it. |',
    '### All of it',
  ]);
});
