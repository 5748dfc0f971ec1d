import { readFileSync } from 'node:fs';
import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/graph/schema.ts';
import { HOOD_ROUTES } from '../src/sandbox/hood/routes.ts';
import { SOR_ROUTES } from '../src/sandbox/sor/routes.ts';

const [, section = ''] = readFileSync('docs/upstreams.md', 'utf8').split(/^## Endpoints$/m);

/** The table's rows: an endpoint, and what of the graph calls it. */
const rows = [...(section.split(/^## /m)[0] ?? '').matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(
  ([, endpoint = '', cell = '']) => ({ endpoint, fields: [...cell.matchAll(/`(\w+)\.(\w+)`/g)], cell }),
);

test('the table of endpoints lists exactly those of both stand-ins, and so of the vendors’ pages', () => {
  const routes = [...HOOD_ROUTES, ...SOR_ROUTES];
  expect(rows.map(({ endpoint }) => endpoint).sort()).toEqual(routes.sort());
});

test('every endpoint has a field of the graph that covers it, but for the log-in', () => {
  for (const { endpoint, fields, cell } of rows) {
    if (endpoint === 'POST /api/login') expect(cell).toContain('SOR_EMAIL');
    else expect(fields, endpoint).not.toEqual([]);
    for (const [text, typeName = '', fieldName = ''] of fields) {
      const type = schema.getType(typeName);
      expect(isObjectType(type) && type.getFields()[fieldName], text).toBeTruthy();
    }
  }
});
