import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig, VARIABLE_NAMES } from '../src/config.ts';
import { ERROR_CODES } from '../src/graph/errors.ts';
import { startGateway } from './support/gateway.ts';

const README = readFileSync('README.md', 'utf8');

/** The text under a heading, up to the next one of its level. */
function section(heading: string): string {
  const [, text = ''] = README.split(new RegExp(`^## ${heading}$`, 'm'));
  return text.split(/^## /m)[0] ?? '';
}

function codeIn(text: string, language: string): string {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1] ?? '';
}

/** The cells of a table's rows, without its head. */
function tableIn(text: string): string[][] {
  return [...text.matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) => row.split(' | '));
}

const unquoted = (cell = '') => cell.replaceAll('`', '');

test('the first query gives the printed answer for the printed calls', async () => {
  const text = section('A first query');
  // As `npm start` fills its stand-in.
  await using gateway = await startGateway({ hood: { rows: 5_000 } });
  const answer = await gateway.query(codeIn(text, 'graphql'));
  expect(JSON.stringify(answer, null, 2)).toBe(codeIn(text, 'json').trimEnd());
  expect(gateway.hoodCalls().sort()).toEqual(codeIn(text, 'text').trimEnd().split('\n').sort());
});

test('the joined query gives the printed answer for one call to each API', async () => {
  const text = section('Joined with the System of Record');
  await using gateway = await startGateway({ hood: { rows: 5_000 }, sor: { profiles: 10_000 } });
  const answer = await gateway.query(codeIn(text, 'graphql'));
  expect(JSON.stringify(answer, null, 2)).toBe(codeIn(text, 'json').trimEnd());
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toEqual(codeIn(text, 'text').trimEnd().split('\n'));
});

test('the printed upload imports a file', async () => {
  const command = codeIn(section('Writing values'), 'sh');
  const part = (name: string) => new RegExp(`-F ${name}='(.+?)'`).exec(command)?.[1] ?? '';
  const form = new FormData();
  form.append('operations', part('operations'));
  form.append('map', part('map'));
  form.append('file', new Blob(['user_id,attribute_key,value\nabcd,contract_type,Premium\n']), 'values.csv');
  const [, header = '', value = ''] = /-H '(.+?): (.+?)'/.exec(command) ?? [];

  await using gateway = await startGateway();
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: { [header]: value },
    body: form,
  });

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
  const rows = tableIn(section('Configuration'));
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

test('the error table lists exactly the codes there are', () => {
  expect(tableIn(section('Errors')).map(([code]) => unquoted(code))).toEqual(ERROR_CODES);
});

test('every command there is is explained, and every one that is explained is there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const parts = ['lint', 'types', 'format'];
  const explained = tableIn(section('Commands')).map(([command]) => unquoted(command).replace(/^npm (?:run )?/, ''));
  expect(explained.sort()).toEqual(
    Object.keys(scripts)
      .filter((name) => !parts.includes(name))
      .sort(),
  );
});

test('every setting of the sandbox is explained', () => {
  const settings = readFileSync('src/sandbox/main.ts', 'utf8').match(/\bSANDBOX_[A-Z_]+/g) ?? [];
  for (const name of new Set(settings)) expect(README).toContain(`\`${name}\``);
  expect(settings.length).toBeGreaterThan(0);
});

test('what it links to is there', () => {
  const files = [...README.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, file = '']) => file);
  expect(files).toContain('LICENSE');
  for (const file of files) expect(readFileSync(file, 'utf8')).not.toBe('');
});
