/**
 * `npm run sbom`: the bill of materials of what the image contains, as npm writes it (CycloneDX). npm leaves out what a
 * package of development needs as well, however much else needs it: so it is given a project without any.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES = ['package.json', 'package-lock.json'] as const;
const COMMAND = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'optional'];

interface Entry {
  dev?: boolean;
  devDependencies?: object;
}

const without = ({ devDependencies: _, ...entry }: Entry): Entry => entry;

const [manifest, lock] = FILES.map((name) => JSON.parse(readFileSync(name, 'utf8')));
const packages = Object.entries<Entry>(lock.packages).filter(([, { dev }]) => !dev);
const parent = mkdtempSync(join(tmpdir(), 'sbom-'));
// npm calls a project as its folder is called.
const folder = join(parent, manifest.name);
try {
  mkdirSync(folder);
  const contents = [
    without(manifest),
    { ...lock, packages: Object.fromEntries(packages.map(([path, entry]) => [path, path ? entry : without(entry)])) },
  ];
  for (const [index, name] of FILES.entries()) writeFileSync(join(folder, name), JSON.stringify(contents[index]));
  const { status } = spawnSync('npm', COMMAND, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  process.exitCode = status ?? 1;
} finally {
  rmSync(parent, { recursive: true });
}
