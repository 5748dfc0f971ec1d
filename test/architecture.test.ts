import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** All source files below a folder, as paths from the root. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => /\.[jt]s$/.test(file) && !file.includes('node_modules/'))
    .sort();
}

const text = (file: string): string => readFileSync(file, 'utf8');

const SOURCES = filesIn('src');
const TESTS = filesIn('test');
const EXAMPLES = filesIn('examples');

/** The files of ours that a file imports, in any of the ways there are. */
function importsOf(file: string): string[] {
  return [...text(file).matchAll(/\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+\.[jt]s)'/g)].map(([, path = '']) =>
    normalize(join(file, '..', path)),
  );
}

/** What each layer may import beside itself; a file by its name, a folder with all below it. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/http/': [],
  'src/execution/': [],
  'src/sources/': ['src/http/'],
  // Failures are told apart, and ids checked for a place in a path; what is sent is the sources' own.
  'src/graph/': [
    'src/sources/',
    'src/http/client/upstream-error.ts',
    'src/http/client/path.ts',
    'src/http/reads/operation.ts',
    // What is left of the accounts is told.
    'src/http/budget/account-windows.ts',
    // Whose data was read, for the audit.
    'src/http/reads/subjects.ts',
    // What is executed is priced before.
    'src/execution/variables.ts',
    'src/execution/document-parts.ts',
    'src/execution/lost-fields.ts',
  ],
  // Downloads pass on what the client opened, or its failure; requests are read as exactly as answers are; costs are told.
  'src/server/': [
    'src/graph/',
    'src/sources/',
    'src/http/client/calls.ts',
    'src/http/client/call-options.ts',
    'src/http/json/lossless-json.ts',
    'src/http/budget/account-windows.ts',
    'src/http/budget/call-statistics.ts',
    // What became of calls is told.
    'src/http/client/call-record.ts',
    'src/http/client/upstream-error.ts',
    'src/http/reads/subjects.ts',
    // Errors before an operation is executed are as few as others.
    'src/execution/error-list.ts',
    // What is executed is limited before.
    'src/execution/variables.ts',
    'src/execution/document-parts.ts',
    // Long lists come as text already.
    'src/execution/written.ts',
    // Settings are read where they count.
    'src/config/',
  ],
  'src/sandbox/': [],
  'src/main.ts': ['src/', 'src/sandbox/settings.ts'],
  // The sandbox stands alone: whether its settings are spelt right is looked at before it starts.
  'src/start.js': ['src/main.ts', 'src/doctor/main.ts', 'src/sandbox/main.ts', 'src/config/environment.ts'],
  // Settings name the scopes that callers have, hosts and APIs.
  'src/config/': ['src/graph/scopes.ts', 'src/sources/hosts.ts', 'src/sources/hood/api.ts', 'src/sources/sor/api.ts'],
  'src/': ['src/'],
};

function layerOf(file: string): string {
  return Object.keys(MAY_IMPORT).find((layer) => file.startsWith(layer)) ?? '';
}

function mayImport(file: string, target: string): boolean {
  const layer = layerOf(file);
  if (layer !== 'src/' && target.startsWith(layer)) return true;
  return (MAY_IMPORT[layer] ?? []).some((allowed) => {
    // The top level may import everything but the sandbox, which `main.ts` alone starts.
    if (allowed === 'src/') return !target.startsWith('src/sandbox/') && target !== 'src/main.ts';
    return target.startsWith(allowed);
  });
}

test('imports point one way: graph, then sources, then http; the sandbox stands alone', () => {
  const uphill = SOURCES.flatMap((file) =>
    importsOf(file)
      .filter((target) => !mayImport(file, target))
      .map((target) => `${file} -> ${target}`),
  );
  expect(uphill).toEqual([]);
});

test('every import is found, so the other checks see all of them', () => {
  const missing = [...SOURCES, ...TESTS].flatMap((file) =>
    importsOf(file).filter((target) => ![...SOURCES, ...TESTS, ...EXAMPLES].includes(target)),
  );
  expect(missing).toEqual([]);
  expect(importsOf('src/main.ts')).toEqual(expect.arrayContaining(['src/app.ts', 'src/sandbox/settings.ts']));
});

test('no import leads back to itself', () => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const target of importsOf(file)) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of SOURCES) walk(file, []);
  expect(cycles).toEqual([]);
});

const INDEX = 'src/graph/resources/index.ts';
const RESOURCES = SOURCES.filter((file) => file.startsWith('src/graph/resources/') && file !== INDEX);

/** A file that does something as it is loaded, and not only exports what others may use. */
function publishes(file: string): boolean {
  return /^(?!import\b|export\b)[a-z][\w.]*(?:<[^>]*>)?\(/m.test(text(file));
}

test('every resource is loaded: what publishes something stands in the index, the rest is imported', () => {
  const loaded = importsOf(INDEX);
  expect(RESOURCES.filter(publishes).filter((file) => !loaded.includes(file))).toEqual([]);
  const used = new Set(RESOURCES.flatMap(importsOf));
  expect(RESOURCES.filter((file) => !loaded.includes(file) && !used.has(file))).toEqual([]);
});

/** The names that tests of a file may have: its own, or those of all its mutations. */
function testsOf(file: string): string[][] {
  const mutations = [...text(file).matchAll(/^mutation\('(\w+)'/gm)].map(([, name = '']) =>
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  );
  return [[basename(file, '.ts')], mutations].filter((names) => names.length > 0);
}

test('everything that publishes something has a test of the same name', () => {
  const tests = new Set(TESTS.map((file) => basename(file)));
  const untested = RESOURCES.filter(publishes).filter(
    (file) => !testsOf(file).some((names) => names.every((name) => tests.has(`${name}.test.ts`))),
  );
  expect(untested).toEqual([]);
});

test('no file is longer than 250 lines', () => {
  const long = [...SOURCES, ...TESTS]
    .map((file) => ({ file, lines: text(file).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > 250);
  expect(long).toEqual([]);
});

test('no file or folder has a name that says nothing', () => {
  const vague = /(^|\/)(utils?|helpers?|common|types?|misc|shared|lib)(\.|\/|$)/;
  expect([...SOURCES, ...TESTS].filter((file) => vague.test(file))).toEqual([]);
});

test('only config.ts reads the environment, out of the hands of main.ts; the sandbox has settings of its own', () => {
  const readers = SOURCES.filter((file) => /process\.env|\benv\b[^=\n]*\}\s*=\s*process\b/.test(text(file)));
  expect(readers).toEqual([
    'src/audit-search.ts',
    'src/doctor/main.ts',
    'src/main.ts',
    'src/sandbox/settings.ts',
    'src/start.js',
  ]);
  // With plugins it starts from the sources.
  const started = text('src/start.js').match(/(?<=process\.env\.)\w+/g);
  expect(new Set(started)).toEqual(new Set(['NODE_ENV', 'PLUGINS']));
  for (const program of ['src/audit-search.ts', 'src/doctor/main.ts', 'src/main.ts']) {
    expect(text(program).match(/process\.env/g)).toEqual(['process.env']);
    expect(text(program)).toMatch(/readConfig\((?:process\.env|\{ AUDIT: 'stdout', \.\.\.process\.env \})\)/);
  }
});

test('nothing is left to be done later, and no check is switched off', () => {
  // Put together, so that this file does not find itself.
  const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`);
  const switches = new RegExp(`@ts-${'ignore'}|@ts-${'nocheck'}|\\b(?:test|it|describe)\\.(?:skip|only|todo)\\b`);
  const found = [...SOURCES, ...TESTS].filter((file) => marks.test(text(file)) || switches.test(text(file)));
  expect(found).toEqual([]);
});
