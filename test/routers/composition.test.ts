import { beforeAll, describe, expect, test } from 'vitest';
import { subgraphText } from '../../src/graph/federation/subgraph-text.ts';
import { schema } from '../../src/graph/schema.ts';
import { found } from '../support/conformance.ts';
import { COMPOSERS, type Composition, compose, subgraphsAt } from './composition.ts';
import { judge, routersAreThere } from './router-programs.ts';

describe.runIf(routersAreThere()).each(COMPOSERS)('%s', { timeout: 60_000 }, (composer) => {
  let [withOthers, alone, besideNode, withRules]: Composition[] = [];

  beforeAll(async () => {
    const all = await subgraphsAt('http://gateway.test', 'http://others.test');
    const [gateway, orders] = all;
    const withNode = { ...gateway, text: subgraphText(schema, 'core+node') };
    const ruled = { ...gateway, text: subgraphText(schema, 'auth') };
    const lists = [all, [withNode], [withNode, orders], [ruled, ...all.slice(1)]];
    [withOthers, alone, besideNode, withRules] = await compose(composer, ...lists);
  }, 60_000);

  test('the subgraph composes with others, one of which owns node, without an error or a hint', async (context) => {
    expect(withOthers).toMatchObject({ errors: [], hints: [] });
    found(context, judge(composer));
  });

  test('the profile core+node composes where nobody else has node, and is refused where somebody has', async (context) => {
    expect(alone).toMatchObject({ errors: [], hints: [] });
    expect(besideNode?.errors.join('\n')).toMatch(/\bnode\b/);
    found(context, judge(composer));
  });

  test('the profile auth composes with others without an error or a hint', async (context) => {
    expect(withRules).toMatchObject({ errors: [], hints: [] });
    found(context, judge(composer));
  });
});
