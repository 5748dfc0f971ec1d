import { readFileSync } from 'node:fs';
import { type DocumentNode, Kind, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { readConfig, VARIABLE_NAMES, VARIABLES } from '../src/config.ts';
import { ERROR_CODES } from '../src/graph/errors.ts';
import { schema } from '../src/graph/schema.ts';
import { configurationPage } from './support/configuration-page.ts';
import { startGateway } from './support/gateway.ts';
import { blocksIn, brokenLinks, PAGES, pageAt, samplesIn, section, tableIn } from './support/pages.ts';
import { printedUpload } from './support/printed-upload.ts';

const README = pageAt('README.md');

const unquoted = (cell = '') => cell.replaceAll('`', '');

/** What a printed value stands for: `…` for whatever comes. */
function expected(printed: unknown): unknown {
  if (printed === '…') return expect.anything();
  if (Array.isArray(printed)) return printed.map(expected);
  if (printed === null || typeof printed !== 'object') return printed;
  return Object.fromEntries(Object.entries(printed).map(([name, value]) => [name, expected(value)]));
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

test.each(
  PAGES.map(({ file, text }) => ({ file, samples: samplesIn(text) })).filter(({ samples }) =>
    samples.some(({ answer, calls }) => answer || calls),
  ),
)('what $file prints is what comes, step by step', async ({ samples }) => {
  // As `npm start` fills its stand-ins.
  await using gateway = await startGateway({ hood: { rows: 5_000 }, sor: { profiles: 10_000 } });
  for (const { operation, variables, headers, answer, calls } of samples) {
    if (!isOperation(parse(operation)) || !(answer || calls)) continue;
    const came = await gateway.query(operation, variables, headers);
    if (answer) expect(came).toEqual(expected(answer));
    const made = [...gateway.hoodCalls(), ...gateway.sorCalls()];
    if (calls) expect(made.sort()).toEqual(calls.toSorted());
    // What was written is applied a moment later.
    await gateway.sor.settle();
  }
});

test('the printed upload imports a file', async () => {
  const [page = ''] = PAGES.map(({ text }) => text).filter((text) => text.includes('-F operations='));
  await using gateway = await startGateway();
  const file = new Blob(['user_id,attribute_key,value\nabcd,contract_type,Premium\n']);
  const response = await fetch(`${await gateway.listen()}/graphql`, printedUpload(page, file));
  expect(await response.json()).toEqual({
    data: { importAttributeValues: { attributeImport: { importId: expect.any(String) } } },
  });
  await gateway.sor.settle();
  const { data } = await gateway.query(
    '{ customerProfile(customerId: "abcd") { attribute(system: "SOR_767yUpsMJoTWi0mz", key: "contract_type") { string } } }',
  );
  expect(data).toEqual({ customerProfile: { attribute: { string: 'Premium' } } });
});

test('the configuration table lists exactly the variables there are, with their defaults', () => {
  const rows = tableIn(section(README, 'Configuration'));
  expect(rows.map(([name]) => unquoted(name))).toEqual(VARIABLE_NAMES);
  const { SECRET: _random, secretIsRandom: _, UPSTREAM: _derived, ...byDefault } = readConfig({});
  const printed = Object.fromEntries(
    rows.filter(([, value]) => value !== '–').map(([name, value]) => [unquoted(name), unquoted(value)]),
  );
  const { SECRET: _other, secretIsRandom: __, UPSTREAM: ___, ...asPrinted } = readConfig(printed);
  expect(asPrinted).toEqual(byDefault);
  const unset = rows.filter(([, value]) => value === '–').map(([name]) => unquoted(name));
  const withoutDefault = VARIABLE_NAMES.filter((name) =>
    [undefined, ''].includes(String(byDefault[name as keyof typeof byDefault] ?? '')),
  );
  expect(unset).toEqual(withoutDefault);
});

test('every setting means something, and docs/configuration.md says what', async () => {
  expect(VARIABLE_NAMES.filter((name) => !VARIABLES[name].description?.endsWith('.'))).toEqual([]);
  await expect(configurationPage()).toMatchFileSnapshot('../docs/configuration.md');
});

test('the error table lists exactly the codes there are', () => {
  expect(tableIn(section(README, 'Errors')).map(([code]) => unquoted(code))).toEqual(ERROR_CODES);
});

test('every command there is is explained, and every one that is explained is there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const parts = ['lint', 'types', 'format'];
  const explained = tableIn(section(README, 'Commands')).map(([command]) =>
    unquoted(command).replace(/^npm (?:run )?/, ''),
  );
  expect(explained.sort()).toEqual(
    Object.keys(scripts)
      .filter((name) => !parts.includes(name))
      .sort(),
  );
});

test('every setting of the sandbox is explained', () => {
  const settings = readFileSync('src/sandbox/main.ts', 'utf8').match(/\bSANDBOX_[A-Z_]+/g) ?? [];
  for (const name of new Set(settings)) expect(configurationPage()).toContain(`\`${name}\``);
  expect(settings.length).toBeGreaterThan(0);
});

test.each(PAGES)('what $file links to is there', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test('a broken link is noticed, be it to a file or to a heading', () => {
  const text = '[a](docs/none.md) [b](#nowhere) [c](LICENSE) [d](#some-heading)\n\n## Some heading\n<img src="no.svg">';
  expect(brokenLinks({ file: 'README.md', text })).toEqual(['docs/none.md', '#nowhere', 'no.svg']);
});
