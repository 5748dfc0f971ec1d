import { SECRET_NAMES, VARIABLES } from '../../src/config/config.ts';

type Name = keyof typeof VARIABLES;

/** Each heading, and the first of the settings below it. */
const SECTIONS: Partial<Record<Name, string>> = {
  PORT: 'Where it listens',
  UPSTREAM: 'The APIs and their credentials',
  HOOD_MAX_PAGE_SIZE: 'What is asked of them',
  CACHE: 'What is kept',
  MAX_OPERATIONS: 'What operations may take',
  CLIENT_TIMEOUT: 'Connections and stopping',
  REDIS_URL: 'Replicas',
  CORS_ORIGINS: 'Who may call',
  LOG_LEVEL: 'Logs, metrics and traces',
};

const HEAD = `# Configuration

Settings are environment variables, checked at the start: all mistakes are reported together, each with what was given (unless it is a secret) and what is allowed; the exit code is then 2. A variable whose name differs from that of an unset setting by one or two letters, such as \`HOOD_TOKN\` or \`LOGLEVEL\`, is a mistake too (by one, where the setting has at most five letters): a misspelled token would give made-up data, and a misspelled limit none. Names with \`_PORT\` or \`_SERVICE_\`, which Kubernetes adds, are ignored, and so are \`CACHE_URL\` and \`BOT\`, \`DOC\`, \`LOG\` or \`SSO\` with \`_EMAIL\`, \`_TOKEN\` or \`_URL\`, which other programs have.
An empty variable counts as unset. A secret may stand in a file instead, whose path is in a variable of its name and \`_FILE\`, such as \`HOOD_TOKEN_FILE=/run/secrets/hood\`: ${SECRET_NAMES.map((name) => `\`${name}\``).join(', ')}. [Files are read again](operations.md#rotate-secrets) when they change. Durations are written \`500ms\`, \`4s\` or \`2m\`, and are an hour at most.

This page is written by \`npm run settings\` from the definitions in \`src/config/config.ts\`.
`;

const SANDBOX = `
## The sandbox

Whoever develops against made-up data sets these. \`npm start\` reads them while \`UPSTREAM\` is \`sandbox\`; with real data they are ignored. A value that cannot be read ends the start with exit code 2, and a port that is taken with 1. Names that differ from these by one or two letters are refused as misspelt, as those of all settings are.

\`npm run sandbox\` reads them too. It starts the stand-ins without the gateway, and prints their addresses and tokens. To see a gateway in \`live\` mode without an account, give it these as \`HOOD_URL\`, \`HOOD_TOKEN\`, \`SOR_URL\`, \`SOR_TOKEN\` and \`SOR_FEED_URL\`.

| variable | default | meaning |
| --- | --- | --- |
| \`SANDBOX_SEED\` | \`0\` | Another whole number makes other data: other names, states and values under the same ids. The vendors' samples stay. |
| \`SANDBOX_LATENCY\` | \`0ms\` | How long each answer of the stand-ins takes: \`200ms\`, or at random from \`50ms..400ms\`. |
| \`SANDBOX_FAULTS\` | – | [Rules](#faults-of-the-sandbox) by which the stand-ins fail or lie, separated by commas. |
| \`SANDBOX_ROWS\` | \`5000\` | How many rows each list of Hood has. |
| \`SANDBOX_GDPR_REQUESTS\` | as \`SANDBOX_ROWS\` | How many GDPR requests. 100,000 answer a page within 50 ms of processor time; a million start in about 10 s and are slower. |
| \`SANDBOX_PROFILES\` | \`10000\` | How many customer profiles. |
| \`SANDBOX_LIMITS\` | \`documented\` | \`documented\` answers 429 beyond 10 calls a second or 150 a minute, \`none\` never: set \`HOOD_RATE=none\` with it. |
| \`SANDBOX_HOOD_FILE\`, \`SANDBOX_SOR_FILE\` | – | Files that keep what was written, as lines of JSON; in memory when unset. A file belongs to its seed, and keeps the numbers of rows and profiles that it was made with. |
| \`SANDBOX_HOOD_PORT\` | \`4010\` | The port of Hood; in \`npm start\` a free one unless set. |
| \`SANDBOX_SOR_PORT\` | \`4011\` | The port of SOR; in \`npm start\` a free one unless set. |
| \`SANDBOX_SOR_FEED_PORT\` | \`4012\` | The port that takes values for SOR; in \`npm start\` a free one unless set. |

### Faults of the sandbox

A rule is \`where what\`, or \`where what share\`: \`SANDBOX_FAULTS='hood/gdpr-requests 503 10%, sor silence 1%, hood total+1'\`. \`where\` is \`hood\` or \`sor\`, or one segment of its paths behind a slash, such as \`hood/exports\`, \`sor/customer_profiles\` or an id. Without a share it always happens. Of several faults the first that strikes counts; lies add up, in their order. They change only lists of Hood and of customer profiles; \`ignores-…\` changes every read.

| what | the stand-in |
| --- | --- |
| \`400\` to \`599\` | answers with this status; \`429\` says to come again in a second. |
| \`html\` | answers with a page of HTML instead of JSON. |
| \`truncated\` | answers with JSON that ends in the middle. |
| \`reset\`, \`reset-mid-body\` | closes the connection before its answer, or in the middle of it. |
| \`silence\` | never answers. |
| \`total+1\`, \`total-3\` | says that a list has this many rows more, or fewer. |
| \`no-total\`, \`text-total\` | leaves the total out, or gives it as text. |
| \`pages-of-7\` | gives at most this many rows a page, and does not say so. |
| \`first-page-again\`, \`last-page-again\` | gives the first page whatever is asked for; or the last page for each page after it. |
| \`rows-missing\` | leaves out every tenth row of a page. |
| \`ignores-status\` | ignores the parameter \`status\`. The name of any other parameter may stand here. |
`;

/** What a setting takes: the end of the sentence that refuses a blank. */
function allowed(name: Name): string {
  const { error } = VARIABLES[name].safeParse(' ');
  if (!error) return 'any text';
  return (error.issues[0]?.message ?? '').replace(/^must (be |have )/, '').replace(/^one of: (.+)$/, listed);
}

const listed = (_text: string, choices: string) =>
  choices
    .split(', ')
    .map((choice) => `\`${choice}\``)
    .join(', ');

/** The default as it would be written; empty for a setting without one. */
export function defaultOf(name: Name): string {
  const { def } = VARIABLES[name];
  return 'defaultValue' in def ? String(def.defaultValue) : '';
}

/** A file to copy to `.env`: every setting with its default, under the same headings, none of them set. */
export function exampleFile(): string {
  const settings = (Object.keys(VARIABLES) as Name[]).map((name) => {
    const heading = SECTIONS[name] ? `\n# ${SECTIONS[name]}\n` : '';
    return `${heading}# ${name}=${defaultOf(name)}\n`;
  });
  return `# Copy this file to .env and remove the # of what you set. npm start reads it, unless NODE_ENV is production.\n# Written by npm run settings; docs/configuration.md says what each setting means.\n${settings.join('')}`;
}

/** The whole page. */
export function configurationPage(): string {
  const rows = (Object.keys(VARIABLES) as Name[]).map((name) => {
    const heading = SECTIONS[name];
    const head = heading
      ? `\n## ${heading}\n\n| variable | default | allowed | meaning |\n| --- | --- | --- | --- |\n`
      : '';
    const byDefault = defaultOf(name);
    const cells = [`\`${name}\``, byDefault ? `\`${byDefault}\`` : '–', allowed(name), VARIABLES[name].description];
    return `${head}| ${cells.join(' | ')} |\n`;
  });
  return HEAD + rows.join('') + SANDBOX;
}
