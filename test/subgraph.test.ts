import {
  buildASTSchema,
  type DirectiveNode,
  type DocumentNode,
  isInputObjectType,
  Kind,
  parse,
  print,
  validateSchema,
  visit,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { subgraphText } from '../src/graph/federation/subgraph-text.ts';
import { schema } from '../src/graph/schema.ts';
import { startGateway } from './support/gateway.ts';

const CORE = subgraphText(schema, 'core');

/** What federation itself defines of the directives that are printed. */
const FEDERATION = parse(`
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @key(fields: String!, resolvable: Boolean = true) repeatable on INTERFACE | OBJECT
  directive @link(url: String!, import: [String]) repeatable on SCHEMA
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  directive @shareable repeatable on FIELD_DEFINITION | OBJECT
  directive @tag(name: String!) repeatable on ARGUMENT_DEFINITION | ENUM | ENUM_VALUE | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | INPUT_OBJECT | INTERFACE | OBJECT | SCALAR | UNION
`);

function schemaOf(document: DocumentNode) {
  return buildASTSchema({
    kind: Kind.DOCUMENT,
    definitions: [
      ...FEDERATION.definitions,
      ...document.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION),
    ],
  });
}

const directives = (node: { directives?: readonly DirectiveNode[] | undefined }, name: string) =>
  node.directives?.filter((directive) => directive.name.value === name) ?? [];

const argumentOf = ({ arguments: given }: DirectiveNode, name: string) => {
  const value = given?.find((argument) => argument.name.value === name)?.value;
  return value && 'value' in value ? value.value : undefined;
};

test('subgraph.graphql is what the code builds', async () => {
  await expect(CORE).toMatchFileSnapshot('../subgraph.graphql');
});

test('routers are told the same', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query('{ _service { sdl } }');
  expect(data._service.sdl).toBe(CORE);
});

test('it is linked at v2.9, imports the directives that it uses, and all are used as they are defined', () => {
  const [, imported = ''] =
    /@link\(url: "https:\/\/specs.apollo.dev\/federation\/v2.9", import: (\[.*\])\)/.exec(CORE) ?? [];
  const used = new Set<string>();
  visit(parse(CORE), {
    Directive({ name }) {
      used.add(`@${name.value}`);
    },
  });
  expect([...used].sort()).toEqual([...JSON.parse(imported), '@deprecated', '@link', '@oneOf', '@specifiedBy'].sort());
  expect(validateSchema(schemaOf(parse(CORE)))).toEqual([]);
});

test('inputs of which exactly one field is given are declared as such, and so is the directive', () => {
  const oneOf = Object.values(schema.getTypeMap()).filter((type) => isInputObjectType(type) && type.isOneOf);
  expect(oneOf.length).toBeGreaterThan(0);
  for (const { name } of oneOf) expect(CORE).toMatch(new RegExp(`^input ${name} @oneOf\\b`, 'm'));
  expect(CORE).toContain('\ndirective @oneOf on INPUT_OBJECT\n');
});

test('two subgraphs cannot both own node and nodes: they stand in core+node only', () => {
  const rootFields = (text: string) => Object.keys(schemaOf(parse(text)).getQueryType()?.getFields() ?? {});
  const core = rootFields(CORE);
  expect(core).not.toContain('node');
  expect(rootFields(subgraphText(schema, 'core+node'))).toEqual(['node', 'nodes', ...core]);
  expect(core.filter((name) => name.startsWith('_'))).toEqual([]);
});

test('rules stand in the profile auth: root fields and entities are for the authenticated, some for scopes', () => {
  const auth = subgraphText(schema, 'auth');
  expect(auth).toMatch(/^type GdprRequest [^\n]* @authenticated @requiresScopes\(scopes: \[\["gdpr:read"\]\]\) \{/m);
  expect(auth).toMatch(
    /^ {2}gdprRequests\([^)]*\): \S+ .*@authenticated @requiresScopes\(scopes: \[\["gdpr:read"\]\]\)$/m,
  );
  expect(auth).toMatch(
    /^ {2}exportCustomerProfiles\([^)]*\): .*@requiresScopes\(scopes: \[\["exports:read", "pii:read"\]\]\)$/m,
  );
  const isRule = ({ name }: DirectiveNode) => name.value === 'authenticated' || name.value === 'requiresScopes';
  const withoutRules = visit(parse(auth), { Directive: (node) => (isRule(node) ? null : undefined) });
  expect(print(withoutRules).replace('"@authenticated", "@requiresScopes"', '')).toBe(
    print(parse(CORE)).replace('"@tag"]', '"@tag", ]'),
  );
});

test('every type that implements Node is an entity, by its id and by what names it to the API', () => {
  const keys: Record<string, unknown[]> = {};
  const nodes: string[] = [];
  visit(parse(CORE), {
    ObjectTypeDefinition(node) {
      if (node.interfaces?.some(({ name }) => name.value === 'Node')) nodes.push(node.name.value);
      const own = directives(node, 'key');
      if (own.length > 0) keys[node.name.value] = own.map((key) => argumentOf(key, 'fields'));
    },
  });
  expect(keys).toEqual({
    AttributeImport: ['id', 'importId'],
    CustomerAttribute: ['id', 'identifier'],
    CustomerData: ['id', 'hoodId'],
    CustomerProfile: ['id', 'customerId customerIdType'],
    GdprRequest: ['id', 'hoodId'],
    HoodExport: ['id', 'hoodId'],
    ProfileProperty: ['id', 'hoodId'],
    SystemOfRecord: ['id', 'identifier'],
  });
  expect(Object.keys(keys)).toEqual(nodes);
});

describe.each([
  [
    'pii',
    /^type (CustomerProfile|GdprPerson|GdprRequest|AttributeValue)\b|^ +(email|clientId)\b|^ +downloadUrl: URL\b/m,
  ],
  ['gdpr', /^ +(gdprRequests|decideGdprRequest)\b|^type Gdpr/m],
  ['hood', /^ +(hoodExports?|customerData|gdprRequests|profilePropert\w+|property)\b|^type Hood/m],
  ['sor', /^ +(customerProfiles?|systemsOfRecord|setAttributeValues|attributeImports)\b|^type SystemOfRecord/m],
])('without all that is tagged %s', (tag, gone) => {
  const rest = visit(parse(subgraphText(schema, 'core+node')), {
    enter(node) {
      const isTagged = 'directives' in node && directives(node, 'tag').some((one) => argumentOf(one, 'name') === tag);
      return isTagged ? null : undefined;
    },
  });

  test('the rest is a valid schema that names none of it', () => {
    expect(CORE).toMatch(gone);
    expect(print(rest)).not.toMatch(gone);
    expect(validateSchema(schemaOf(rest))).toEqual([]);
  });
});

/** Lists whose length only the API knows, with objects that cost calls. */
const ASSUMED = [
  ...['CustomerProfile.applications', 'CustomerProfile.attributes', 'ProfileApplication.installations'],
  'DataSubject.profiles',
];

test('what its description says costs a call tells routers so, and every window its size', () => {
  const silent: string[] = [];
  const windows: string[] = [];
  visit(parse(CORE), {
    ObjectTypeDefinition(type) {
      // The call behind these is that of the field which leads to them.
      const isPartOfCall = /(?:Connection|Success)$/.test(type.name.value);
      for (const field of type.fields ?? []) {
        const isDear = /costs (?:one|the same) (?:upstream )?call/i.test(field.description?.value ?? '');
        const isSilent = isDear && !isPartOfCall && directives(field, 'cost').length === 0;
        if (isSilent) silent.push(`${type.name.value}.${field.name.value}`);
        const isWindow = field.arguments?.some(({ name }) => name.value === 'first') ?? false;
        if (isWindow) windows.push(field.name.value);
        const isAssumed = ASSUMED.includes(`${type.name.value}.${field.name.value}`);
        expect(directives(field, 'listSize')).toHaveLength(isWindow || isAssumed ? 1 : 0);
      }
    },
  });
  expect(silent).toEqual([]);
  expect(windows).toContain('gdprRequests');
});
