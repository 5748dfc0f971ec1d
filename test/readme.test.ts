import { existsSync, readFileSync } from 'node:fs';
import { type DocumentNode, Kind, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { VARIABLE_NAMES } from '../src/config/config.ts';
import { ERROR_CODES } from '../src/graph/caller-error.ts';
import { schema } from '../src/graph/schema.ts';
import { configurationPage, exampleFile, meanings } from './support/configuration-page.ts';
import { startGateway } from './support/gateway.ts';
import { blocksIn, brokenLinks, PAGES, pageAt, samplesIn, section, tableIn } from './support/pages.ts';

const unquoted = (cell = '') => cell.replaceAll('`', '');

/** What a printed value stands for: `…` for whatever comes. */
const expected = (printed: unknown) =>
  JSON.parse(JSON.stringify(printed), (_, value) => (value === '…' ? expect.anything() : value));

/** Variables, in which `…name` stands for the value that came last under that name. */
function filledIn(variables: object | undefined, came: readonly string[]): Record<string, unknown> {
  return JSON.parse(JSON.stringify(variables ?? {}), (_, value) => {
    const [, name] = /^…(\w+)$/.exec(value) ?? [];
    const found = came.findLast((text) => text.includes(`"${name}":"`));
    return name ? found?.match(`"${name}":"([^"]+)"`)?.[1] : value;
  });
}

const isOperation = ({ definitions }: DocumentNode) =>
  definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION || kind === Kind.FRAGMENT_DEFINITION);

test('every operation that a page prints is valid, and other GraphQL can be parsed', () => {
  const blocks = PAGES.flatMap(({ text }) => blocksIn(text)).filter(({ language }) => language === 'graphql');
  for (const { code } of blocks) {
    const document = parse(code);
    if (isOperation(document)) expect(validate(schema, document), code).toEqual([]);
  }
  expect(blocks.length).toBeGreaterThan(1);
});

const RUN = PAGES.map(({ file, text }) => ({
  file,
  samples: samplesIn(text).filter(({ answer, calls }) => answer || calls),
}));

test.each(RUN.filter(({ samples }) => samples.length > 0))(
  'what $file prints is what comes, step by step',
  async ({ samples }) => {
    // As `npm start` fills its stand-ins.
    await using gateway = await startGateway({
      env: { HOOD_RATE: '10/s,150/m' },
      hood: { rows: 5_000 },
      sor: { profiles: 10_000 },
    });
    const origin = await gateway.listen();
    const came: string[] = [];
    for (const { operation, variables, headers, upload, answer, calls } of samples) {
      const body = JSON.stringify({ query: operation, variables: filledIn(variables, came) });
      const post = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
      const text = await (await fetch(`${origin}/graphql`, upload ?? post)).text();
      came.push(text);
      if (answer) expect(JSON.parse(text)).toEqual(expected(answer));
      const made = [...gateway.hoodCalls(), ...gateway.sorCalls()];
      if (calls) expect(made.sort()).toEqual(calls.toSorted());
      // What was written is applied a moment later.
      await gateway.sor.settle();
    }
  },
);

test('every setting means something, and docs/configuration.md says what', async () => {
  expect(meanings().map(([name]) => name)).toEqual(VARIABLE_NAMES);
  expect(meanings().filter(([, meaning]) => !meaning.endsWith('.'))).toEqual([]);
  await expect(configurationPage()).toMatchFileSnapshot('../docs/configuration.md');
  await expect(exampleFile()).toMatchFileSnapshot('../.env.example');
});

test('the error table lists exactly the codes there are', () => {
  expect(tableIn(section(pageAt('docs/frontend.md'), 'Errors')).map(([code]) => unquoted(code))).toEqual(ERROR_CODES);
});

test('the README fits on two screens', () => {
  expect(pageAt('README.md').split(/\s+/).length).toBeLessThan(1_300);
});

test('every command there is is explained, and every one that is explained is there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const parts = ['lint', 'types', 'format'];
  const explained = tableIn(section(pageAt('docs/operations.md'), 'Commands')).map(([command]) =>
    unquoted(command).replace(/^npm (?:run )?/, ''),
  );
  expect(explained.sort()).toEqual(
    Object.keys(scripts)
      .filter((name) => !parts.includes(name))
      .sort(),
  );
});

test('every setting of the sandbox is explained', () => {
  const settings = readFileSync('src/sandbox/settings.ts', 'utf8').match(/\bSANDBOX_[A-Z_]+/g) ?? [];
  for (const name of new Set(settings)) expect(configurationPage()).toContain(`\`${name}\``);
  expect(settings.length).toBeGreaterThan(0);
});

test('files and folders that pages name are there', () => {
  const named = PAGES.flatMap(
    ({ text }) => text.match(/(?<=`)(?:src|test|docs|deploy|examples)\/[\w./-]+(?=`)/g) ?? [],
  );
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
  expect(named.length).toBeGreaterThan(20);
});

test.each(PAGES)('what $file links to is there', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test('a broken link is noticed, be it to a file or to a heading', () => {
  const text = '[a](docs/none.md) [b](#nowhere) [c](LICENSE) [d](#some-heading)\n\n## Some heading\n<img src="no.svg">';
  expect(brokenLinks({ file: 'README.md', text })).toEqual(['docs/none.md', '#nowhere', 'no.svg']);
});
