import { ConfigError } from './config/config.ts';

/** What comes of `run`. A `ConfigError` ends the process with its sentences and exit code 2: nothing may go on with it. */
export async function orExit<Value>(run: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.mistakes.join('\n')}\n`);
    process.exit(2);
  }
}
