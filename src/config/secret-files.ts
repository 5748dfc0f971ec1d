import { watchFile } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { type Config, ConfigError } from './config.ts';

/** Files that are mounted change by a link to another folder, which only a look at them shows. */
const INTERVAL_MS = 2_000;

/** Reads the files of settings again when one changes, or at SIGHUP. While one is wrong, all stay as they were. */
export function watchSecretFiles(config: Config, readAgain: () => Config, log: Logger): void {
  // The sandbox has tokens of its own.
  const isUsed = (name: string) => config.UPSTREAM === 'live' || !/^(?:HOOD|SOR)_/.test(name);
  const files = [...config.files].filter(([name]) => isUsed(name));
  const read = () => {
    try {
      const next = readAgain();
      const names = files.map(([name]) => name).filter((name) => !isDeepStrictEqual(config[name], next[name]));
      Object.assign(config, Object.fromEntries(names.map((name) => [name, next[name]])));
      log.info({ changed: names }, 'settings were read again from their files');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      log.error({ mistakes: error.mistakes }, 'settings stay as they were: their files cannot be used');
    }
  };
  for (const [, path] of files) watchFile(path, { interval: INTERVAL_MS, persistent: false }, read);
  if (files.length > 0 || !process.stdout.isTTY) process.on('SIGHUP', read);
}
