import { text } from 'node:stream/consumers';
import { parseExact } from '../exact-json.ts';
import type { ApiRequest, Reply } from '../server.ts';

/** A request that the SOR refuses; each host writes it in its own way. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The documented refusal of a parameter: `Param page is not valid`. */
export function invalid(param: string): Refusal {
  return new Refusal(400, `Param ${param} is not valid`);
}

/** What an unknown name is answered with. The vendor's pages do not say. */
export function unknown(what: string): Refusal {
  return new Refusal(404, `${what} not found`);
}

/** `{"success":true,"result":…}`; without a result only `{"success":true}`. */
export function success(result?: unknown): Reply {
  return { status: 200, json: { success: true, result } };
}

/** The error body of a host: the API host writes the status as text, the feed host uses camel case. */
export function refusalOf(host: 'api' | 'feed', { status, message }: Refusal): Reply {
  const json =
    host === 'api'
      ? { status: String(status), success: false, error_message: message }
      : { success: false, result: null, errorMessage: message, errorCode: status };
  return { status, json };
}

/** The request's JSON object, its numbers exact. Refuses anything else. */
export async function bodyOf({ stream }: Pick<ApiRequest, 'stream'>): Promise<Record<string, unknown>> {
  const body = parsed(await text(stream), new Refusal(400, 'The body is not JSON'));
  if (!isObject(body)) throw new Refusal(400, 'The body is not a JSON object');
  return body;
}

/** The value of a JSON text, its numbers exact; `refusal` if it is none. */
export function parsed(json: string, refusal: Refusal): unknown {
  try {
    return parseExact(json);
  } catch {
    throw refusal;
  }
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
