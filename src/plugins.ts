import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'graphql-yoga';
import { ConfigError } from './config/config.ts';

/** How long a plugin may take to be there, in milliseconds. */
const LONGEST_MS = 10_000;

/**
 * Loads plugins for Yoga: files by their paths from `folder`, packages by their names. Each exports a plugin by default,
 * or a function that makes one, at once or as a promise. Throws one `ConfigError` with all that cannot be used.
 */
export async function loadPlugins(names: readonly string[], folder = process.cwd()): Promise<Plugin[]> {
  const mistakes: string[] = [];
  const plugins: Plugin[] = [];
  for (const name of names) {
    const late = Promise.withResolvers<never>();
    // It also keeps the process, which waits for nothing else, and would end without a word.
    const timer = setTimeout(() => late.reject(new Error(`it is not there after ${LONGEST_MS / 1_000} s`)), LONGEST_MS);
    try {
      const plugin = await Promise.race([load(name, folder), late.promise]);
      if (typeof plugin === 'object' && plugin !== null) plugins.push(plugin);
      else mistakes.push(`PLUGINS has ${name}, whose default export is no plugin, nor a function that makes one.`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'it threw';
      mistakes.push(`PLUGINS has ${name}, which cannot be loaded: ${reason}`);
    } finally {
      clearTimeout(timer);
    }
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return plugins;
}

async function load(name: string, folder: string): Promise<unknown> {
  const isFile = /^(?:\.{1,2})?\//.test(name);
  const { default: exported } = await import(isFile ? pathToFileURL(resolve(folder, name)).href : name);
  return typeof exported === 'function' ? exported() : exported;
}
