import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { COMPOSERS, compose, subgraphsAt } from './composition.ts';
import { judge, routersAreThere, runScript } from './router-programs.ts';

const subgraphs = () => subgraphsAt('http://gateway.test', 'http://others.test');

describe.runIf(routersAreThere()).each(COMPOSERS)('%s', { timeout: 60_000 }, (composer) => {
  test('the subgraph composes with others, one of which owns node, without an error or a hint', async (context) => {
    expect(await compose(composer, await subgraphs())).toMatchObject({ errors: [], hints: [] });
    found(context, judge(composer));
  });

  test('the profile core+node composes where nobody else has node, and is refused where somebody has', async (context) => {
    const [gateway, orders] = await subgraphs();
    const text = await runScript('src/graph/print-schema.ts', ['--profile', 'core+node']);
    expect(await compose(composer, [{ ...gateway, text }])).toMatchObject({ errors: [], hints: [] });
    const { errors } = await compose(composer, [{ ...gateway, text }, orders]);
    expect(errors.join('\n')).toMatch(/\bnode\b/);
    found(context, judge(composer));
  });
});
