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
## The sandbox alone

\`npm run sandbox\` starts the stand-ins without the gateway, to be called like the APIs themselves, and prints their addresses and tokens. It reads these; the stand-ins inside \`npm start\` take free ports and the other defaults.

| variable | default | meaning |
| --- | --- | --- |
| \`SANDBOX_HOOD_PORT\` | \`4010\` | The port of Hood. |
| \`SANDBOX_SOR_PORT\` | \`4011\` | The port of SOR. |
| \`SANDBOX_SOR_FEED_PORT\` | \`4012\` | The port that takes values for SOR. |
| \`SANDBOX_HOOD_FILE\`, \`SANDBOX_SOR_FILE\` | – | Files that keep what was written, as lines of JSON; in memory when unset. |
| \`SANDBOX_ROWS\` | \`5000\` | How many rows each list of Hood has. |
| \`SANDBOX_GDPR_REQUESTS\` | as \`SANDBOX_ROWS\` | How many GDPR requests. 100,000 answer a page within 50 ms of processor time; a million start in about 10 s and are slower. |
| \`SANDBOX_PROFILES\` | \`10000\` | How many customer profiles. |
| \`SANDBOX_LIMITS\` | \`documented\` | \`documented\` answers 429 beyond 10 calls a second or 150 a minute, \`none\` never. |
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
