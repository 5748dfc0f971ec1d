import { type MeasuredGateway, operation } from './measured.ts';
import { type HostileRequest, holdToRule } from './table.ts';

/** Attributes of systems of attributes …, so many levels deep. */
function attributes(levels: number): string {
  return levels === 0 ? '{ key }' : `{ systemOfRecord { customerAttributes ${attributes(levels - 1)} } }`;
}

const systems = (levels: number, more = '') =>
  `{ ${more} systemsOfRecord(first: 50) { nodes { customerAttributes ${attributes(levels)} } } }`;

function tooLarge(name: string, query: string, headers?: Record<string, string>): HostileRequest {
  return { name, raw: () => operation(query, undefined, headers), status: 200, says: '"OPERATION_TOO_COSTLY"' };
}

const withSystems = (count: number, size: number) => ({
  fill: ({ sor }: MeasuredGateway) =>
    sor.insertSystems(
      Array.from({ length: count }, (_, n) => ({
        ...{ identifier: `SOR_${n}`, name: `System ${n}`, type: 'custom' as const, apiKeys: [`key ${n}`] },
        attributes: Array.from({ length: size }, (_, m) => ({ key: `attribute_${m}`, type: 'String' as const })),
      })),
    ),
});

const rename = `mutation {
  renameSystemOfRecord(input: { identifier: "SOR_0", name: "Renamed" }) {
    ... on RenameSystemOfRecordSuccess { systemOfRecord { customerAttributes ${attributes(3)} } }
  }
}`;

holdToRule(
  'rows below rows of two systems',
  [
    tooLarge('6 levels deep', systems(5)),
    tooLarge('with errors everywhere', systems(4).replace('key', 'systemOfRecord { apiKeys }')),
  ],
  withSystems(2, 20),
);

holdToRule(
  'rows below rows of fifty systems',
  [
    tooLarge('3 levels deep', systems(2)),
    tooLarge('4 levels deep', systems(3)),
    tooLarge('beside an alias that is no ordinary key', systems(3, '__proto__: __typename')),
    tooLarge('in the answer to a mutation', rename),
    tooLarge(
      'deferred',
      systems(3).replace('customerAttributes', '... @defer { customerAttributes').replace(/}$/, '} }'),
      { accept: 'multipart/mixed' },
    ),
    tooLarge('streamed', systems(3).replace('nodes', 'nodes @stream'), { accept: 'text/event-stream' }),
  ],
  withSystems(50, 50),
);

const PROFILE = 'customerId firstName lastName email dateOfBirth gender country city region profilePictureUrl';
const FORMS = 'key masked value string number exactNumber boolean date dateTime set';
const profiles = (fields: string) => `customerProfiles(first: 10000) { nodes { ${fields} } }`;
const aliases = (count: number, of: string) => Array.from({ length: count }, (_, n) => `a${n}: ${of}`).join(' ');

/** An operation that is long and no harm: it is answered to its end. */
const long = (name: string, query: string, headers?: Record<string, string>): HostileRequest => ({
  name,
  raw: () => operation(query, undefined, headers),
  status: 200,
  says: /\}\]\}\}\}\s+0\s+$/,
});
const PARTS = { accept: 'multipart/mixed' };

holdToRule(
  'ten thousand profiles',
  [
    tooLarge('thirty times', `{ ${aliases(30, profiles(PROFILE))} }`),
    tooLarge(
      'thirty times, streamed',
      `{ ${aliases(30, profiles(PROFILE).replace('nodes', 'nodes @stream'))} }`,
      PARTS,
    ),
    tooLarge('with a field 99 times', `{ ${profiles(aliases(99, 'attribute(system: "global", key: "x") { key }'))} }`),
    tooLarge(
      'with a hundred lists of edges',
      `{ customerProfiles(first: 10000) { ${aliases(99, 'edges { cursor }')} } }`,
    ),
    tooLarge('with sets ninety times', `{ ${profiles(`attributes { values { ${aliases(90, 'set')} } }`)} }`),
    tooLarge(
      'with all forms of all attributes thirty times',
      `{ ${profiles(aliases(30, `attributes { systemIdentifier values { ${FORMS} } }`))} }`,
    ),
    tooLarge(
      'in eight lists of a thousand with ninety fields in fragments',
      `{ ${Array.from({ length: 8 }, (_, n) => `l${n}: customerProfiles(first: ${1_000 + n}) { nodes { ...Each } }`).join(' ')} }
        fragment Each on CustomerProfile { ${PROFILE} attributes { values { ...Value ${aliases(80, 'exactNumber')} } } }
        fragment Value on AttributeValue { ${FORMS} }`,
    ),
    long('with ten fields', `{ ${profiles(PROFILE)} }`),
    long('with ten fields six times, 15 MB', `{ ${aliases(6, profiles(PROFILE))} }`),
    {
      ...long(
        'with ten fields six times, streamed',
        `{ ${aliases(6, profiles(PROFILE).replace('nodes', 'nodes @stream'))} }`,
        PARTS,
      ),
      says: /"path":\["a\d","nodes",9\d\d\d\]\}\],"hasNext":false\}/,
    },
    long('with all attributes', `{ ${profiles('attributes { systemIdentifier values { key value } }')} }`),
  ],
  { sor: { profiles: 10_000 } },
);
