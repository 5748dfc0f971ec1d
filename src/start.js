import { existsSync, readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Plain JavaScript, so that a Node too old for everything else can still say what is wrong.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `This needs Node 24 or newer, and runs on ${process.version}. Start it with "npm start": npm ci brings its own Node.\n`,
  );
  process.exit(1);
}
// What was compiled once is read from here at the next start, which then takes half as long. Where nothing may be written
// it does nothing.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/hood-sor-gateway', import.meta.url)));
// For development: what runs in production has its settings from whoever deploys it. Variables that are set go first.
if (process.argv.includes('--npm') && process.env.NODE_ENV !== 'production' && existsSync('.env')) {
  try {
    process.loadEnvFile();
  } catch (error) {
    process.stderr.write(`Expected .env to be a file that can be read (${error.code}).\n`);
    process.exit(2);
  }
}
if (process.argv[2] === 'sandbox') {
  const { misspellings } = await import('./config/environment.ts');
  const mistakes = misspellings(process.env, []);
  if (mistakes.length > 0) {
    process.stderr.write(`${mistakes.join('\n')}\n`);
    process.exit(2);
  }
  await import('./sandbox/main.ts');
} else if (process.argv[2] === 'doctor') {
  await import('./doctor/main.ts');
} else {
  // SIGHUP reads files again, which it has not read yet: until then it would end what only starts.
  if (!process.stdout.isTTY) process.on('SIGHUP', () => {});
  // What plugins import must be what the gateway itself has loaded.
  if (!process.env.PLUGINS && isBundled()) await import('../dist/main.mjs');
  else await fromSources();
}

/** Whether `dist` is made of the very files that are here: whoever changes one runs what they have written. */
function isBundled() {
  try {
    return JSON.parse(readFileSync(new URL('../dist/inputs.json', import.meta.url), 'utf8')).every(
      ([file, size, mtimeMs]) => {
        const now = statSync(new URL(`../${file}`, import.meta.url));
        // Images keep times in whole seconds.
        return now.size === size && Math.abs(now.mtimeMs - mtimeMs) < 1_000;
      },
    );
  } catch {
    return false;
  }
}

async function fromSources() {
  // Otherwise graphql searches every object it meets for a sign of having been loaded twice. It looks once, as it is loaded.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  await import('graphql');
  // Nobody else is told that this is production unless somebody has said so.
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  await import('./main.ts');
}
