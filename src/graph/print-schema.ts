import { parseArgs } from 'node:util';
import { SUBGRAPH_PROFILES, subgraphText } from './federation/subgraph-text.ts';
import { schema } from './schema.ts';
import { schemaText } from './schema-text.ts';

/** `npm run schema -- --profile <profile>`: the schema as clients or as routers see it, on standard output. */
const { values, positionals } = parseArgs({
  options: { profile: { type: 'string', default: 'client' } },
  strict: false,
});
const isOnlyProfile = positionals.length === 0 && Object.keys(values).length === 1;
const profile = (['client', ...SUBGRAPH_PROFILES] as const).find((name) => isOnlyProfile && name === values.profile);
if (profile) {
  // Whoever has read enough, such as `head`, ends it.
  process.stdout.once('error', () => process.exit());
  process.stdout.write(profile === 'client' ? schemaText(schema) : subgraphText(schema, profile));
} else {
  process.stderr.write(`Expected one of these as --profile: ${['client', ...SUBGRAPH_PROFILES].join(', ')}.\n`);
  process.exitCode = 2;
}
