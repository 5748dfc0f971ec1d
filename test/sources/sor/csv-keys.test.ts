import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvKeys } from '../../../src/sources/sor/csv-keys.ts';
import { CsvMistake } from '../../../src/sources/sor/csv-mistake.ts';

const HEADER = 'user_id,attribute_key,value\n';
const KNOWN = ['city', 'größe', 'a,b', 'say "hi"', 'two\nlines'];

/** What is told of a text that comes in pieces of this size. */
function told(text: string, pieceSize = 1_000): readonly string[] {
  const keys = new CsvKeys(KNOWN);
  try {
    for (let at = 0; at < text.length; at += pieceSize) keys.add(text.slice(at, at + pieceSize));
    keys.end();
    return [];
  } catch (error) {
    if (!(error instanceof CsvMistake)) throw error;
    expect(error.kind).toBe('UNKNOWN_KEY');
    return error.messages;
  }
}

const sentence = (row: number, key: string) =>
  `Expected the key of an attribute of this system in row ${row}, not "${key}".`;

test.each<[name: string, lines: string, messages: string[]]>([
  ['known keys', 'a,city,Porto\nb,größe,1\n', []],
  ['an unknown key', 'a,city,Porto\nb,town,Porto\n', [sentence(3, 'town')]],
  ['several, each once', 'a,x,1\nb,y,1\nc,x,1\n', [sentence(2, 'x'), sentence(3, 'y')]],
  ['one in the last line, which does not end', 'a,city,1\nb,x,1', [sentence(3, 'x')]],
  ['letters of more than one byte', 'ä,grösse,ß\n', [sentence(2, 'grösse')]],
  ['an empty key', 'a,,1\n', [sentence(2, '')]],
  ['line ends of Windows, and lines without a value', 'a,city,1\r\nb,city\r\nc,x\r\n', [sentence(4, 'x')]],
  ['empty lines and lines without a key', '\n\r\na\n', []],
  ['quotes around anything', '"a","city","Porto"\n"b,c","a,b","d\ne,x,1"\n', []],
  ['quotes in quotes', '"a ""x"",","say ""hi""","""\nz,y"""\n', []],
  ['a line end in a key', 'a,"two\nlines",1\nb,x,2\n', [sentence(3, 'x')]],
  ['an unknown key in quotes', 'a,"x,""y",1\n', [sentence(2, 'x,"y')]],
  ['a quote inside a field', 'a,city,5" disk\nb,x,6" disk\n', [sentence(3, 'x')]],
  ['a quote that does not end', 'a,city,"Porto\nb,x,1\n', []],
  ['a key without an end', `a,${'k'.repeat(5_000)},1\n`, [sentence(2, 'k'.repeat(100))]],
])('%s', (_name, lines, messages) => {
  expect(told(HEADER + lines, 10_000)).toEqual(messages);
});

test('a thousand unknown keys are told as a hundred', () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => `a,k${index},1\n`).join('');
  expect(told(HEADER + lines, 1_000_000)).toHaveLength(100);
});

test('the first unknown key is found however lines are written and cut', () => {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const plain = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ';', "'") });
  const field = fc.oneof(plain, fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') }).map(quoted));
  const key = fc.constantFrom(...KNOWN.map(quoted), 'city', 'größe', 'unknown');
  const line = fc.tuple(field, key, field).map(([id, key, value]) => ({ key, text: `${id},${key},${value}` }));
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 50 }), (lines, end, size) => {
      const row = lines.findIndex((each) => each.key === 'unknown');
      const [first] = told(HEADER + lines.map(({ text }) => text + end).join(''), size);
      expect(first).toBe(row < 0 ? undefined : sentence(row + 2, 'unknown'));
    }),
    { numRuns: 500 },
  );
});

test('from a quote that never ends on nothing is checked, and nothing is held', () => {
  const keys = new CsvKeys(KNOWN);
  keys.add(`${HEADER}a,city,"`);
  const piece = 'x,y,z\n'.repeat(10_000);
  for (let sent = 0; sent < 50_000_000; sent += piece.length) keys.add(piece);
  keys.add('"\nb,unknown,1\n');
  keys.end();
});
