import { readFileSync } from 'node:fs';
import { SECRET_NAMES, VARIABLE_NAMES, VARIABLES } from '../../src/config/config.ts';

type Name = keyof typeof VARIABLES;

const PAGE = readFileSync('docs/configuration.md', 'utf8');

/** The row of a setting: its name, its default, what it takes, and what it means. */
const ROW = /^\| `(\w+)` \| (.*?) \| (.*?) \| (.*) \|$/;

const isSetting = (name = ''): name is Name => Object.hasOwn(VARIABLES, name);

/** What the page says that each setting means, in its order. */
export function meanings(): [name: string, meaning: string][] {
  return PAGE.split('\n').flatMap((line) => {
    const [, name = '', , , meaning = ''] = ROW.exec(line) ?? [];
    return isSetting(name) ? [[name, meaning]] : [];
  });
}

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

/** A file to copy to `.env`: every setting with its default, under the headings of the page, none of them set. */
export function exampleFile(): string {
  const headings = new Map(
    [...PAGE.matchAll(/^## (.+)\n\n\| variable.*\n.*\n\| `(\w+)`/gm)].map(([, heading, name]) => [name, heading]),
  );
  const settings = VARIABLE_NAMES.map((name) => {
    const heading = headings.has(name) ? `\n# ${headings.get(name)}\n` : '';
    return `${heading}# ${name}=${defaultOf(name)}\n`;
  });
  return `# Copy this file to .env and remove the # of what you set. npm start reads it, unless NODE_ENV is production.\n# Written by npm run settings; docs/configuration.md says what each setting means.\n${settings.join('')}`;
}

/** The page with the defaults, what is allowed, and the names of the secrets as the code has them. */
export function configurationPage(): string {
  const secrets = SECRET_NAMES.map((name) => `\`${name}\``).join(', ');
  return PAGE.replace(/(HOOD_TOKEN_FILE=\S+`: ).*?(\. \[)/, `$1${secrets}$2`)
    .split('\n')
    .map((line) => {
      const [, name, , , meaning] = ROW.exec(line) ?? [];
      if (!isSetting(name)) return line;
      const byDefault = defaultOf(name);
      return `| \`${name}\` | ${byDefault ? `\`${byDefault}\`` : '–'} | ${allowed(name)} | ${meaning} |`;
    })
    .join('\n');
}
