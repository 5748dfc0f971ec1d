import { text } from 'node:stream/consumers';
import type { ApiRequest } from '../server.ts';
import { invalid, Refusal } from './answers.ts';
import { parseExact } from './exact-json.ts';

/** The request's JSON object, numbers exact; anything else is refused. */
export async function bodyOf({ stream }: Pick<ApiRequest, 'stream'>): Promise<Record<string, unknown>> {
  const body = parsed(await text(stream));
  if (!isObject(body)) throw new Refusal(400, 'The body is not a JSON object');
  return body;
}

/** A member that must be a text that is not empty. */
export function textIn(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value.trim() === '') throw invalid(name);
  return value;
}

/** Whether it is what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function parsed(source: string): unknown {
  try {
    return parseExact(source);
  } catch {
    throw new Refusal(400, 'The body is not JSON');
  }
}
