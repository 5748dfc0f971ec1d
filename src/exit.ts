import { ConfigError } from './config/config.ts';

/** What comes of `read`; a `ConfigError` ends the process with its sentences. */
export async function orExit<Value>(read: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(...error.mistakes);
  }
}

/** Ends the process with exit code 2: what is set cannot be right, so nothing may start with it. */
export function refuse(...mistakes: string[]): never {
  process.stderr.write(`${mistakes.join('\n')}\n`);
  process.exit(2);
}
