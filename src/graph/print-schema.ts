import { parseArgs } from 'node:util';
import { SUBGRAPH_PROFILES, subgraphText } from './federation/subgraph-text.ts';
import { schema } from './schema.ts';
import { schemaText } from './schema-text.ts';

/** The named profile's text; undefined for anything else that was given. */
function textOf(args: readonly string[]): string | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { profile: { type: 'string', default: 'client' } },
    strict: false,
  });
  if (positionals.length > 0 || Object.keys(values).length > 1) return undefined;
  if (values.profile === 'client') return schemaText(schema);
  const profile = SUBGRAPH_PROFILES.find((name) => name === values.profile);
  return profile && subgraphText(schema, profile);
}

/** `npm run schema -- --profile <profile>`: the schema as clients or as routers see it, on standard output. */
const text = textOf(process.argv.slice(2));
if (text !== undefined) {
  // Whoever has read enough, such as `head`, ends it.
  process.stdout.once('error', () => process.exit());
  process.stdout.write(text);
} else {
  process.stderr.write(`Expected one of these as --profile: ${['client', ...SUBGRAPH_PROFILES].join(', ')}.\n`);
  process.exitCode = 2;
}
