import type { Fault } from '../../src/sandbox/faults.ts';
import type { ApiServer, SeenCall } from '../../src/sandbox/server.ts';
import type { Answer, Gateway } from '../support/gateway.ts';

/** What a call asks for, in the words of either API. */
export interface Asked {
  method: string;
  /** Decoded: `/v1/hood/exports`. */
  path: string;
  query: URLSearchParams;
  /** From 1. */
  page: number;
  /** Rows of the page; the largest page of the API where the call does not say it. */
  size: number;
}

export function askedBy({ line, rawTarget }: Pick<SeenCall, 'line' | 'rawTarget'>): Asked {
  const { pathname, searchParams: query } = new URL(rawTarget, 'http://api.test');
  const [page = '1', size] = (query.get('page') ?? '1').split(',');
  return {
    method: line.slice(0, line.indexOf(' ')),
    path: decodeURIComponent(pathname),
    query,
    page: Number(page),
    size: Number(size ?? query.get('num_per_page') ?? 10_000),
  };
}

/** From here on the API gives this answer; where it is undefined, the stand-in's own. */
export function answering(api: Pick<ApiServer, 'dials'>, answer: (asked: Asked) => Fault | undefined): void {
  api.dials.fault = (call) => answer(askedBy(call));
}

/** The rows of the page that is asked for, of an API with a largest page. */
export function pageOf<Row>(rows: readonly Row[], { page, size }: Asked, largest = size): Row[] {
  const served = Math.min(size, largest);
  return rows.slice((page - 1) * served, page * served);
}

/** The values of a filter such as `in:a,b` or `eq:a`, or of a plain list. */
export function listed({ query }: Asked, parameter: string): string[] {
  const text = query.get(parameter) ?? '';
  return text
    .replace(/^(?:in|eq):/, '')
    .split(',')
    .filter(Boolean);
}

/** A list as Hood answers it. */
export function hoodList(items: unknown, total?: unknown): Fault {
  return { kind: 'body', body: { ...(total !== undefined && { total }), items } };
}

/** Anything as the System of Record answers it. */
export function sorResult(result: unknown): Fault {
  return { kind: 'body', body: { success: true, result } };
}

/** One operation that asks for each key; `{ k0: …, k1: … }`. */
export function aliased(keys: readonly string[], selection: (key: string) => string, from = 0): string {
  return `{ ${keys.map((key, index) => `k${from + index}: ${selection(key)}`).join('\n')} }`;
}

/** Asks for each key at once, in as many operations as the limit of aliases needs; one answer, as if it were one. */
export async function askEach(
  { query }: Pick<Gateway, 'query'>,
  keys: readonly string[],
  selection: (key: string) => string,
): Promise<Answer> {
  const parts: Promise<Answer>[] = [];
  for (let from = 0; from < keys.length; from += 100) {
    parts.push(query(aliased(keys.slice(from, from + 100), selection, from)));
  }
  const answers = await Promise.all(parts);
  const errors = answers.flatMap(({ errors = [] }) => errors);
  return { data: Object.assign({}, ...answers.map(({ data }) => data)), ...(errors.length > 0 && { errors }) };
}

/** `prefix1`, `prefix2` and so on. */
export function numbered(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}
