import type { Plugin } from 'graphql-yoga';
import type { Context } from '../graph/context.ts';
import type { ServerPlugin } from './front-door.ts';

const MERGED = ['onRequest', 'onRequestParse', 'onParams', 'onResponse'] as const;

type Payload = { params?: unknown; endResponse?: (response: Response) => void; setParams?: (params: unknown) => void };
type Hook = (payload: Payload) => unknown;

/**
 * These plugins, those of their hooks together that every request passes by: Yoga takes longer to go from one to the next
 * than most of them take. A hook of these must ask for no `onRequestParseDone`, and none for the parser that another sets.
 */
export function withHooksTogether(plugins: readonly (ServerPlugin | Plugin<Context>)[]): Plugin[] {
  const together = MERGED.map((name) => [name, inTurn(plugins.flatMap((plugin) => (plugin[name] as Hook) ?? []))]);
  const none = Object.fromEntries(MERGED.map((name) => [name, undefined]));
  return [Object.fromEntries(together), ...plugins.map((plugin) => ({ ...plugin, ...none }) as object)];
}

/** Calls hooks one after the other, until one of them ends the response; nothing is waited for unless one has to wait. */
function inTurn(hooks: readonly Hook[]): Hook {
  return (payload) => {
    let isEnded = false;
    const own = { ...payload };
    if (payload.endResponse) {
      own.endResponse = (response) => {
        isEnded = true;
        payload.endResponse?.(response);
      };
    }
    if (payload.setParams) {
      own.setParams = (params) => {
        own.params = params;
        payload.setParams?.(params);
      };
    }
    const from = (start: number): unknown => {
      for (let index = start; index < hooks.length && !isEnded; index += 1) {
        const done = hooks[index]?.(own);
        if (done instanceof Promise) return done.then(() => from(index + 1));
      }
      return undefined;
    };
    return from(0);
  };
}
