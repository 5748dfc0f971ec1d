import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvKeys, CsvMistake } from '../../../src/sources/sor/csv-keys.ts';

const HEADER = 'user_id,attribute_key,value\n';
const KEYS = ['city', 'größe', 'a,b', 'say "hi"', 'two\nlines'];
const KNOWN = [...KEYS.map((key) => ({ key, disabled: null })), { key: 'old', disabled: true }];

/** What is told of a text that comes in pieces of this size. */
function told(text: string, pieceSize = 1_000): readonly string[] {
  const keys = new CsvKeys(KNOWN);
  try {
    for (let at = 0; at < text.length; at += pieceSize) keys.add(text.slice(at, at + pieceSize));
    keys.end();
    return [];
  } catch (error) {
    if (!(error instanceof CsvMistake)) throw error;
    return error.issues.map(({ message }) => message);
  }
}

const sentence = (row: number, key: string) =>
  `Expected the key of an attribute of this system in row ${row}, not "${key}".`;

const openQuote = (row: number) => `Expected every quote to be closed: one in row ${row} is not.`;

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
  ['a quote that does not end', 'a,city,1\nb,city,"Porto\nc,x,1\n', [openQuote(3)]],
  ['a quote that does not end in the last line', 'a,city,1\nb,"city', [openQuote(3)]],
  ['line ends of old Macs', 'a,city,1\rb,x,2\r\nc,y,3\r\r', [sentence(3, 'x'), sentence(4, 'y')]],
  ['a disabled key', 'a,old,1\n', ['Expected the key of an attribute that is not disabled in row 2, not "old".']],
  ['a key without an end', `a,${'k'.repeat(5_000)},1\n`, [sentence(2, 'k'.repeat(100))]],
])('%s', (_name, lines, messages) => {
  expect(told(HEADER + lines, 10_000)).toEqual(messages);
});

test('a thousand unknown keys are told as a hundred, and how many others there are', () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => `a,k${index},1\n`).join('');
  const messages = told(HEADER + lines, 1_000_000);
  expect(messages).toHaveLength(101);
  expect(messages.at(-1)).toBe(
    'Expected keys of this system in place of at least 900 others too, which are not listed.',
  );
});

test('the first unknown key is found however lines are written and cut', () => {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const plain = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ';', "'") });
  const field = fc.oneof(plain, fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') }).map(quoted));
  const key = fc.constantFrom(...KEYS.map(quoted), 'city', 'größe', 'unknown');
  const line = fc.tuple(field, key, field).map(([id, key, value]) => ({ key, text: `${id},${key},${value}` }));
  fc.assert(
    fc.property(
      fc.array(line),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 50 }),
      (lines, end, size) => {
        const row = lines.findIndex((each) => each.key === 'unknown');
        const [first] = told(HEADER + lines.map(({ text }) => text + end).join(''), size);
        expect(first).toBe(row < 0 ? undefined : sentence(row + 2, 'unknown'));
      },
    ),
    { numRuns: 500 },
  );
});

test('a quote that never ends is told, and not held for ever', () => {
  const keys = new CsvKeys(KNOWN);
  keys.add(`${HEADER}a,city,"`);
  const piece = 'x,y,z\n'.repeat(10_000);
  const send = () => {
    for (let sent = 0; sent < 1_100_000; sent += piece.length) keys.add(piece);
  };
  expect(send).toThrow(openQuote(2));
});
