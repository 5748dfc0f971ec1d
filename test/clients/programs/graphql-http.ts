import { auditServer } from 'graphql-http';

/** What the server audit of GraphQL over HTTP says of a gateway. */
const [url = ''] = process.argv.slice(2);
const results = await auditServer({ url });
const notOk = results.flatMap((audit) => (audit.status === 'ok' ? [] : `${audit.id} ${audit.name}: ${audit.reason}`));
process.stdout.write(JSON.stringify({ audits: results.length, notOk }));
