import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PAGES } from './support/pages.ts';

/** Sentences that were hard to read, and that plainer ones have replaced: none of them may come back. */
const RIDDLES = [
  'for a whole answer',
  'to read the request as it then is',
  'lacks over in silence',
  'of an enabled one it changes nothing',
  'none, or none any more',
  'know, each apart',
  'do not mean that it is done',
  'Sorted by the first, among equals by the second',
  'by which Hood cannot be asked',
  'What it was made of',
  'takes no values for now',
  'As last sent: no answer may repeat it',
  'Its failure is its reader',
  'half a second’s are used',
  'Of each key the batch',
  'While lookups wait others join them',
  'when they are dear',
  'Of what costs a call each',
  'Makes a custom system of record',
  'only rows behind it',
  'Greater or later than this',
  '` comes to',
];

const SOURCES = globSync('src/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const SCHEMAS = ['schema.graphql', 'subgraph.graphql'].map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** In one line, without the marks of comments, and with one kind of apostrophe. */
const plain = (text: string) => text.replaceAll(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ').replaceAll("'", '’');

test('no sentence that had to be read twice is in the code, the schema or the pages', () => {
  const found = [...SOURCES, ...SCHEMAS, ...PAGES].flatMap(({ file, text }) =>
    RIDDLES.filter((riddle) => plain(text).includes(riddle)).map((riddle) => `${file}: ${riddle}`),
  );
  expect(found).toEqual([]);
});

test('a sentence is found across the lines of a comment', () => {
  expect(plain('/**\n * Makes a custom\n * system of record.\n */')).toContain('Makes a custom system of record');
});

test('pages speak of the project alone: of no folder of a machine', () => {
  expect(
    PAGES.filter(({ text }) => /(?<![\w.~])\/(?:home|mnt|root|tmp|work)\//.test(text)).map(({ file }) => file),
  ).toEqual([]);
});
