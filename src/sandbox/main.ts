import { startHood } from './hood/server.ts';
import { startSor } from './sor/server.ts';

/**
 * Starts the stand-ins alone and leaves them running. Environment: `SANDBOX_HOOD_PORT` (4010), `SANDBOX_SOR_PORT`
 * (4011), `SANDBOX_SOR_FEED_PORT` (4012), `SANDBOX_HOOD_FILE` and `SANDBOX_SOR_FILE` (in memory when unset),
 * `SANDBOX_ROWS` (5000, of every list of Hood), `SANDBOX_GDPR_REQUESTS` (as many, unless set), `SANDBOX_PROFILES`
 * (10000), `SANDBOX_LIMITS` of Hood (`documented`, or `none`).
 */
const { env } = process;
const limits = env.SANDBOX_LIMITS || 'documented';
if (limits !== 'documented' && limits !== 'none')
  giveUp(`SANDBOX_LIMITS must be documented or none, but is "${limits}"`);

const rows = wholeNumber('SANDBOX_ROWS', 5000);
const hood = await started(
  'Hood',
  'SANDBOX_HOOD_PORT',
  startHood({
    port: wholeNumber('SANDBOX_HOOD_PORT', 4010),
    rows: {
      customerData: rows,
      gdprRequests: wholeNumber('SANDBOX_GDPR_REQUESTS', rows),
      exports: rows,
      profileProperties: rows,
    },
    ...(env.SANDBOX_HOOD_FILE && { file: env.SANDBOX_HOOD_FILE }),
    ...(limits === 'none' && { limits }),
  }),
);
const sor = await started(
  'System of Record',
  'SANDBOX_SOR_PORT or SANDBOX_SOR_FEED_PORT',
  startSor({
    ports: { api: wholeNumber('SANDBOX_SOR_PORT', 4011), feed: wholeNumber('SANDBOX_SOR_FEED_PORT', 4012) },
    profiles: wholeNumber('SANDBOX_PROFILES', 10_000),
    ...(env.SANDBOX_SOR_FILE && { file: env.SANDBOX_SOR_FILE }),
  }),
);
process.stdout.write(
  `Hood sandbox: ${hood.origin}  authorization: Bearer ${hood.token}\n` +
    `System of Record sandbox: ${sor.api.origin}  authorization: Token ${sor.token}\n` +
    `System of Record sandbox, feed: ${sor.feed.origin}  api_key of a system in the body\n`,
);

function started<Sandbox>(api: string, ports: string, starting: Promise<Sandbox>): Promise<Sandbox> {
  return starting.catch(({ message, code }: NodeJS.ErrnoException) =>
    giveUp(`${api} sandbox: ${message}${code === 'EADDRINUSE' ? `. Set ${ports}.` : ''}`),
  );
}

/** A setting from the environment; an empty one counts as unset. */
function wholeNumber(name: string, byDefault: number): number {
  const text = env[name] || String(byDefault);
  return /^\d{1,9}$/.test(text) ? Number(text) : giveUp(`${name} must be a whole number, but is "${text}"`);
}

function giveUp(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
