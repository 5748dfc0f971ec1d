import type { ApiRequest } from '../server.ts';
import { invalidBody } from './errors.ts';

/** Says what is wrong with a value, or nothing. */
type Rule = (value: unknown) => string | undefined;

/** The keys a body may have, and what their values must be. */
export type Rules = Record<string, Rule>;

/** Text of at most `longest` characters. */
export function text(longest: number, shortest = 0): Rule {
  return (value) =>
    typeof value === 'string' && [...value].length <= longest && value.length >= shortest
      ? undefined
      : `must be text of ${shortest} to ${longest} characters`;
}

/** The integers 0 and 1, not booleans. */
export const flag: Rule = (value) => (value === 0 || value === 1 ? undefined : 'must be 0 or 1');

/** One of these texts. */
export function oneOf(...allowed: string[]): Rule {
  return (value) =>
    typeof value === 'string' && allowed.includes(value) ? undefined : `must be one of ${allowed.join(', ')}`;
}

/** `null` or what `rule` allows. */
export function nullable(rule: Rule): Rule {
  return (value) => (value === null ? undefined : rule(value));
}

/** An object with some of these keys. */
export function object(rules: Rules): Rule {
  return (value) => (isObject(value) ? flaw(rules, value) : 'must be an object');
}

/** The body of a write as an object that obeys the rules. Throws a `Refusal` (400) otherwise. */
export async function readBody(request: ApiRequest, rules: Rules): Promise<Record<string, unknown>> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw invalidBody('content-type must be application/json');
  const body = await request.json().catch((error: unknown) => {
    if (error instanceof SyntaxError) throw invalidBody('not JSON');
    throw error;
  });
  if (!isObject(body)) throw invalidBody('not an object');
  const reason = flaw(rules, body);
  if (reason !== undefined) throw invalidBody(reason);
  return body;
}

function flaw(rules: Rules, body: Record<string, unknown>): string | undefined {
  for (const [key, value] of Object.entries(body)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) return `${key}: not a key of this body`;
    const wrong = rule(value);
    if (wrong !== undefined) return `${key}: ${wrong}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
