import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  version?: string;
  dev?: boolean;
  optional?: boolean;
}

interface Component {
  group?: string;
  name: string;
  version: string;
}

test('npm run sbom lists every package that the image contains, and no other', { timeout: 60_000 }, () => {
  const { PATH, HOME } = process.env;
  const { stdout } = spawnSync(process.execPath, ['test/release/sbom.ts'], { encoding: 'utf8', env: { PATH, HOME } });
  const { components, metadata } = JSON.parse(stdout);
  const listed = components.map(({ group, name, version }: Component) =>
    [group && `${group}/`, name, '@', version].join(''),
  );
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const contained = Object.entries<Locked>(packages).flatMap(([path, { version, dev, optional }]) =>
    path && !dev && !optional ? [`${path.replace(/.*node_modules\//, '')}@${version}`] : [],
  );
  expect(new Set(listed)).toEqual(new Set(contained));
  expect(listed.length).toBeGreaterThan(50);
  expect(metadata.component.name).toBe('hood-sor-gateway');
});
