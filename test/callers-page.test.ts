import { expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { blocksIn, pageAt } from './support/pages.ts';

/** The settings that a block exports, as a shell would read them. */
const settingsIn = (code: string) =>
  Object.fromEntries(
    [...code.matchAll(/^export (\w+)=('[^']*'|\S+)/gm)].map(([, name = '', value = '']) => [
      name,
      value.replace(/^'(.*)'$/, '$1').replace('$(openssl', 'sixteen-letters-and-more'),
    ]),
  );

const SETUPS = blocksIn(pageAt('docs/callers.md')).filter(({ code }) => code.includes('export AUTH'));

test.each(SETUPS)('what docs/callers.md sets up under "$heading" starts with real data beyond loopback', ({ code }) => {
  const open = { HOOD_TOKEN: 'x', HOST: '0.0.0.0', PUBLIC_URL: 'https://graph.example.com' };
  const { AUTH, JWT_ROLES } = readConfig({ ...open, ...settingsIn(code) });
  expect(AUTH).toEqual([code.includes('JWT_') ? 'jwt' : 'secret']);
  expect(JWT_ROLES.size > 0).toBe(code.includes('JWT_ROLES'));
});

test('each case is there', () => {
  const headings = ['A hosted identity provider', 'A self-hosted one', 'A router alone'];
  expect(new Set(SETUPS.map(({ heading }) => heading))).toEqual(new Set(headings));
});
