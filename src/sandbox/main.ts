import { SettingMistake, startSandbox } from './settings.ts';

// As process 1 of a container it would not hear of them otherwise.
process.on('SIGTERM', () => process.exit()).on('SIGINT', () => process.exit());

/** Starts the stand-ins alone and leaves them running, on ports that are always the same. */
try {
  const { hood, sor } = await startSandbox({ hood: 4010, sor: 4011, feed: 4012 });
  process.stdout.write(
    `Hood sandbox: ${hood.origin}  authorization: Bearer ${hood.token}\n` +
      `System of Record sandbox: ${sor.api.origin}  authorization: Token ${sor.token}\n` +
      `System of Record sandbox, feed: ${sor.feed.origin}  api_key of a system in the body\n`,
  );
} catch (error) {
  if (!(error instanceof SettingMistake)) throw error;
  process.stderr.write(`${error.message}.\n`);
  process.exit(error.cause ? 1 : 2);
}
