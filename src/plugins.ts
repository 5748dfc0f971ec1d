import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'graphql-yoga';
import { ConfigError } from './config/config.ts';

/** How long a plugin may take to be there, in milliseconds. */
const LONGEST_MS = 10_000;

/** Loads Yoga plugins: files from `folder`, or packages; each exports one, or a function. Throws one `ConfigError`. */
export async function loadPlugins(names: readonly string[], folder = process.cwd()): Promise<Plugin[]> {
  const mistakes: string[] = [];
  const plugins: Plugin[] = [];
  for (const name of names) {
    const late = Promise.withResolvers<never>();
    // It also keeps the process, which waits for nothing else, and would end without a word.
    const timer = setTimeout(() => late.reject(new Error(`it is not there after ${LONGEST_MS / 1_000} s`)), LONGEST_MS);
    try {
      const plugin = await Promise.race([load(name, folder), late.promise]);
      if (isPlugin(plugin)) plugins.push(plugin);
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

/** What `make` makes of an app with these plugins. Throws a `ConfigError` where one of them fails at that. */
export function takingIn<App>(plugins: readonly Plugin[], make: () => App): App {
  try {
    return make();
  } catch (error) {
    if (plugins.length === 0 || !(error instanceof Error)) throw error;
    throw new ConfigError([`PLUGINS has a plugin that fails when it is taken in: ${error.message}`]);
  }
}

async function load(name: string, folder: string): Promise<unknown> {
  const isFile = /^(?:\.{1,2})?\//.test(name);
  const { default: main } = await import(isFile ? pathToFileURL(resolve(folder, name)).href : name);
  // What compilers make of a default export where modules are CommonJS.
  const exported = main?.__esModule ? main.default : main;
  return typeof exported === 'function' ? exported() : exported;
}

/** Whether there is a hook, or nothing at all, as what has nothing to do makes; and no hook that cannot be called. */
function isPlugin(made: unknown): made is Plugin {
  if (typeof made !== 'object' || made === null || Array.isArray(made)) return false;
  const names = Object.keys(made);
  const hooks = Object.entries(made).filter(([name]) => /^(?:on[A-Z]|instrumentation$)/.test(name));
  const isUsable = ([name, hook]: [string, unknown]) =>
    hook === undefined || name === 'instrumentation' || typeof hook === 'function';
  return hooks.every(isUsable) && (hooks.length > 0 || names.length === 0);
}
