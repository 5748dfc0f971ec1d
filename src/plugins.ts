import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'graphql-yoga';
import { ConfigError } from './config/config.ts';

/**
 * Loads plugins for Yoga: files by their paths from `folder`, packages by their names. Each exports a plugin by default,
 * or a function that makes one, at once or as a promise. Throws one `ConfigError` with all that cannot be used.
 */
export async function loadPlugins(names: readonly string[], folder = process.cwd()): Promise<Plugin[]> {
  const mistakes: string[] = [];
  const load = async (name: string): Promise<Plugin[]> => {
    try {
      const isFile = /^(?:\.{1,2})?\//.test(name);
      const { default: exported } = await import(isFile ? pathToFileURL(resolve(folder, name)).href : name);
      const plugin = typeof exported === 'function' ? await exported() : exported;
      if (typeof plugin === 'object' && plugin !== null) return [plugin];
      mistakes.push(`PLUGINS has ${name}, whose default export is no plugin, nor a function that makes one.`);
    } catch (error) {
      mistakes.push(
        `PLUGINS has ${name}, which cannot be loaded: ${error instanceof Error ? error.message : 'it threw'}`,
      );
    }
    return [];
  };
  const plugins: Plugin[] = [];
  for (const name of names) plugins.push(...(await load(name)));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return plugins;
}
