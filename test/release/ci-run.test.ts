import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

/** A machine on which nothing is installed but what is named; `apt-get` writes down what it is asked for. */
function machine(programs: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
  const tools = ['/bin/bash', '/bin/rm', '/usr/bin/dirname', '/usr/bin/mktemp', process.execPath];
  for (const tool of tools) symlinkSync(tool, join(folder, basename(tool)));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return {
    run: () =>
      spawnSync('/bin/bash', ['.ci/run'], { encoding: 'utf8', env: { PATH: folder, LOG: join(folder, 'log') } }),
    asked: () => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

const APT = 'echo "$@" >> "$LOG"; [[ $* != *chromium ]]';

test('what the checks need is installed where it is missing, each by itself, so that one without a package stops no other', () => {
  using ubuntu = machine({ id: 'echo 0', npm: 'exit 1', openssl: '', jq: '', promtool: '', 'apt-get': APT });
  const { stdout, stderr, status } = ubuntu.run();
  expect(ubuntu.asked()).toEqual([
    'update -q',
    'install -q -y --no-install-recommends chromium',
    'install -q -y --no-install-recommends redis-server',
  ]);
  expect(stderr).toContain('chromium could not be installed: its tests will fail.\n');
  expect(stderr).not.toContain('redis-server');
  // And where npm fails, so does everything.
  expect(stdout).toMatch(/^0 passed, 1 failed$/m);
  expect(status).toBe(1);
});

test('where nothing is missing nothing is installed', () => {
  const all = { chromium: '', 'redis-server': '', openssl: '', jq: '', promtool: '' };
  using ready = machine({ id: 'echo 0', npm: 'exit 1', ...all, 'apt-get': APT });
  ready.run();
  expect(ready.asked).toThrow('ENOENT');
});
