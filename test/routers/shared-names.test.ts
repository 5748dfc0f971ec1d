import { type DefinitionNode, isTypeDefinitionNode, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { COMPOSERS, compose, subgraphsAt } from './composition.ts';
import { routersAreThere } from './router-programs.ts';

/** What another subgraph may declare as this one does, with what these types are made of. */
const SHARED = ['PageInfo', 'UserError', 'InvalidInputError', 'InvalidInputIssue', 'UpstreamRejectedError'];
const PARTS = ['UserErrorCode', 'UpstreamApi'];

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])
  type Query { cancelOrder: CancelOrderResult page: PageInfo error: UserError }
  union CancelOrderResult = InvalidInputError | UpstreamRejectedError`;

const isNamed = (definition: DefinitionNode) =>
  isTypeDefinitionNode(definition) && [...SHARED, ...PARTS].includes(definition.name.value);

test.runIf(routersAreThere()).each(COMPOSERS)(
  '%s: another subgraph may have the errors of mutations too, and UserError with no further field',
  { timeout: 60_000 },
  async (composer) => {
    const [gateway] = await subgraphsAt('http://gateway.test', 'http://others.test');
    const types = parse(gateway.text).definitions.filter(isNamed).map(print).join('\n');
    const other = { name: 'shop', url: 'http://others.test/shop', text: `${HEAD}\n${types}` };
    const further = types
      .replace(/interface UserError \{/, '$& field: String')
      .replaceAll(/implements UserError[^{]*\{/g, '$& field: String');

    const [same, wider] = await compose(
      composer,
      [gateway, other],
      [gateway, { ...other, text: `${HEAD}\n${further}` }],
    );
    expect(same?.errors).toEqual([]);
    expect(wider?.errors.join('\n')).toMatch(/field/);
  },
);
