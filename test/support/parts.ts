/** One part of an answer that comes in parts. */
export interface Part {
  // biome-ignore lint/suspicious/noExplicitAny: tests compare whole answers, whose shape their own query gives.
  data?: any;
  errors?: PartError[];
  incremental?: (Pick<Part, 'data' | 'errors'> & {
    items?: unknown[];
    path: (string | number)[];
    label?: string;
  })[];
  hasNext: boolean;
}

interface PartError {
  message: string;
  path: (string | number)[];
  extensions: Record<string, unknown> & { code: string };
}

/** The parts as they come, of `multipart/mixed` or of a stream of events. */
export async function* partsOf(response: Response): AsyncGenerator<Part> {
  const isEvents = response.headers.get('content-type') === 'text/event-stream';
  const pattern = isEvents ? /^event: next\ndata: (.*)\n\n/m : /\r\n\r\n(.*)\r\n---/;
  let received = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    received += text;
    for (let match = pattern.exec(received); match; match = pattern.exec(received)) {
      received = received.slice(match.index + match[0].length);
      yield JSON.parse(match[1] ?? '');
    }
  }
}

/** All data of an answer whose parts have come, as if it had come at once. */
export function joined([first, ...later]: readonly Part[]): unknown {
  const root = { data: first?.data };
  for (const { data, items, path } of later.flatMap(({ incremental = [] }) => incremental)) {
    if (items) {
      const [list, start] = [at(root, ['data', ...path.slice(0, -1)]), Number(path.at(-1))];
      for (const [index, item] of items.entries()) list[start + index] = item;
    } else merge(at(root, ['data', ...path]), data);
  }
  return root.data;
}

// biome-ignore lint/suspicious/noExplicitAny: anything may stand at a path.
function at(root: any, path: readonly (string | number)[]): any {
  return path.reduce((value, key) => value[key], root);
}

/** A later part may bring more of an object that is there already. */
function merge(target: Record<string, unknown>, source: Record<string, unknown> | null): void {
  for (const [key, value] of Object.entries(source ?? {})) {
    const known = target[key];
    if (isObject(known) && isObject(value)) merge(known, value);
    else target[key] = value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
