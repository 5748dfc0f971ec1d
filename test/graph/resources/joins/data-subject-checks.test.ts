import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { blocksIn, pageAt } from '../../../support/pages.ts';
import { requires } from '../../../support/requirement.ts';

test.runIf(
  requires(
    'openssl and jq',
    ['openssl', 'jq'].every((name) => existsSync(`/usr/bin/${name}`)),
  ),
)('both checks that the page prints tell a file that was changed', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(`mutation { exportDataSubject(input: { email: "ann@example.com" }) {
    ... on ExportDataSubjectSuccess { downloadUrl }
  } }`);
  const text = await (await gateway.fetch(data.exportDataSubject.downloadUrl)).text();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'data-subject-'));
  const put = (name: string, content: string) => writeFile(join(folder.path, name), content);
  const blocks = blocksIn(pageAt('docs/data-protection.md'));
  const printed = (part: string) => blocks.find(({ code }) => code.includes(part))?.code ?? '';
  await symlink(resolve('node_modules'), join(folder.path, 'node_modules'));
  await put('keys.json', await (await gateway.fetch('/.well-known/jwks.json')).text());
  await put('check.mjs', printed('compactVerify'));
  const outcomes = [];
  for (const content of [text, text.replace('ann@', 'bea@')]) {
    await put('data-subject.json', content);
    const run = (...[command, ...args]: [string, ...string[]]) =>
      spawnSync(command, args, { cwd: folder.path, encoding: 'utf8' }).stdout.trim();
    const sums = run('sh', '-c', printed('openssl pkeyutl')).split('\n');
    const isSame = sums[2]?.startsWith(sums[1] ?? '-');
    outcomes.push([run(process.execPath, 'check.mjs'), sums[0], isSame]);
  }
  expect(outcomes).toEqual([
    ['as it was made', 'Signature Verified Successfully', true],
    ['changed', 'Signature Verified Successfully', false],
  ]);
});
