import type { Reply } from '../server.ts';

/** A request the SOR refuses; each host writes it in its own way. */
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

/** What a name that nothing bears is answered with. The seed does not document it. */
export function unknown(what: string): Refusal {
  return new Refusal(404, `${what} not found`);
}

/** `{"success":true,"result":…}`; without a result only `{"success":true}`. */
export function success(result?: unknown): Reply {
  return { status: 200, json: { success: true, result } };
}

/** The API host's error body, its status written as text. */
export function apiRefusal({ status, message }: Refusal): Reply {
  return { status, json: { status: String(status), success: false, error_message: message } };
}

/** The feed host's error body, in camel case. */
export function feedRefusal({ status, message }: Refusal): Reply {
  return { status, json: { success: false, result: null, errorMessage: message, errorCode: status } };
}
