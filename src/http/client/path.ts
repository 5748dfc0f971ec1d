/** Names in braces of a route template: `'id'` for `/v1/hood/exports/{id}`. */
type Placeholder<Route extends string> = Route extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** A value of the query string; `undefined` leaves it out. Of an `id` dots are encoded, for routes that lose them. */
export type QueryValue = string | number | boolean | { id: string } | undefined;

declare const placeholders: unique symbol;

/** The template of a route, such as `/v1/hood/exports/{id}`, for logs, metrics, traces. Only `template` makes one. */
export type Route<Name extends string = string> = string & { readonly [placeholders]: Name };

/** The text itself where the compiler knows all of it. */
type Literal<Text extends string> = Record<never, never> extends Record<Text, unknown> ? never : Text;

/** Makes a route of its template, which must be written out in the source: so no id can be part of it. */
export function template<const Text extends string>(text: Literal<Text>): Route<Placeholder<Text>> {
  return text as string as Route<Placeholder<Text>>;
}

/** Where a call goes: the template for logs and errors, and the encoded path with its query. */
export interface Endpoint {
  route: Route;
  path: string;
}

/**
 * Fills a route template and appends the query. A parameter stays inside its segment whatever it contains. Throws a
 * `RangeError` for one that is empty, `.`, `..` or too long: servers drop or resolve such segments even when encoded.
 */
export function endpoint<Name extends string>(
  route: Route<Name>,
  params: Readonly<Record<Name, string>>,
  query: Readonly<Record<string, QueryValue>> = {},
): Endpoint {
  const path = route.replace(/\{(\w+)\}/g, (_, name: Name) => segment(params[name]));
  return { route, path: path + queryString(query) };
}

/** In characters. No API documents how long an id or a key may be; an address of e-mail, which may be one, has 254 at most. */
const LONGEST_ID = 1_000;

/** Whether a text is short enough to be an id or a key of anything. */
export function isShort(id: string): boolean {
  return id.length <= LONGEST_ID;
}

/** Whether an id can stand in a path at all. */
export function isSegment(id: string): boolean {
  return id !== '' && id !== '.' && id !== '..' && isShort(id);
}

/** How much of a URL an id takes at most in a list of ids, with the comma behind it. */
export function listedLength(id: string): number {
  return encode(id).length + 1;
}

function segment(value: string): string {
  if (!isSegment(value)) throw new RangeError('A path segment is neither empty nor "." nor "..", nor overlong.');
  return withoutDots(encode(value));
}

/** `?a=1&b=x%20y`, or nothing without a value. `,` and `:` stay: the APIs' lists and filters are made of them. */
export function queryString(query: Readonly<Record<string, QueryValue>>): string {
  let text = '';
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const written = typeof value === 'object' ? withoutDots(readable(value.id)) : readable(String(value));
    text += `${text === '' ? '?' : '&'}${encode(name)}=${written}`;
  }
  return text;
}

function withoutDots(encoded: string): string {
  return encoded.replaceAll('.', '%2E');
}

function readable(text: string): string {
  const encoded = encode(text);
  return encoded.includes('%') ? encoded.replaceAll('%2C', ',').replaceAll('%3A', ':') : encoded;
}

/** A lone surrogate has no UTF-8; it becomes U+FFFD, an id that nothing has, instead of a `URIError`. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
