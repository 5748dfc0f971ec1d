import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ToolbarOptions } from './render.ts';

/** An operation that GraphiQL opens in a tab of its own. */
export interface Example {
  readonly operation: string;
  /** As JSON; null for none. */
  readonly variables: string | null;
}

const FOLDER = new URL('examples/', import.meta.url);

/**
 * Operations that run as they are, in tabs named after them. Comments above each say what a newcomer sees and what it
 * costs, and all its lines fit the editor. What calls an API without a credential is left out. `examples` are queries
 * that name no id, so that they find something in every account; `examples/sandbox` names what the sandbox has, and
 * changes it.
 *
 * The files' names give the order. To have one more, add a file, and one of its variables; not to the first of an API,
 * whose variables GraphiQL would not fill in.
 */
export function examplesFor({ isSandbox, apis }: Pick<ToolbarOptions, 'isSandbox' | 'apis'>): Example[] {
  const names = new Set(apis.map(({ api }) => api));
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.graphql') && (isSandbox || !name.startsWith('sandbox')))
    .sort()
    .map((name) => {
      const variables = new URL(name.replace(/graphql$/, 'json'), FOLDER);
      return {
        operation: readFileSync(new URL(name, FOLDER), 'utf8'),
        variables: existsSync(variables) ? readFileSync(variables, 'utf8').trim() : null,
      };
    })
    .filter(({ operation }) => names.isSupersetOf(new Map(Object.entries(callsOf(operation)))));
}

/** How many calls the comments of an example name, by the names of the APIs. */
export function callsOf(operation: string): Record<string, number> {
  const calls = operation.matchAll(/\b(\d+) calls? to (\w+)/g);
  return Object.fromEntries([...calls].map(([, count, api = '']) => [api.toUpperCase(), Number(count)]));
}
