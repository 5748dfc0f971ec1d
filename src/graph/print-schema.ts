import { schemaText } from './schema-text.ts';

/** `npm run schema`: the schema as clients see it, on standard output. */
process.stdout.write(schemaText());
