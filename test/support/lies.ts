import type { Lie } from '../../src/sandbox/server.ts';

/**
 * Ready-made lies for `dials.lie`. Each understands the lists of both APIs: Hood's `{total, items}`, and the SOR's
 * `{success, result: {total_profiles, total_pages, profiles}}` or, for changes, `{success, result: {profiles, next}}`.
 * All other answers stay honest, except with `filterIgnored`.
 */

/** The total is `by` more than there are (less if negative), but never below 0. */
export function totalOffBy(by: number): Lie {
  return withTotal((total) => Math.max(0, total + by));
}

/** The total is this value, whatever its type. */
export function totalSaidToBe(value: unknown): Lie {
  return withTotal(() => value);
}

/** The answer names no total. */
export function totalMissing(): Lie {
  return withTotal(() => undefined);
}

/** The total is text: `"5"`. */
export function totalAsText(): Lie {
  return withTotal(String);
}

/** No page has more than `rows` rows, and pages are counted by that size; nothing in the answer says so. */
export function pageClampedTo(rows: number): Lie {
  return ofAnotherPage(({ page, size }) => ({ page, size: Math.min(size, rows) }));
}

/** Every page is the first one. */
export function pageIgnored(): Lie {
  return ofAnotherPage(({ size }) => ({ page: 1, size }));
}

/** Pages after the last one repeat it for ever, and a list of changes always names a `next` page. */
export function lastPageRepeated(): Lie {
  return async ({ line, headers }, honest, ask) => {
    const list = listIn(honest);
    if (!list) return honest;
    const { page, size } = pageIn(list, new URLSearchParams(line.split('?')[1]));
    let answer = honest;
    for (let before = page - 1; before > 0 && listIn(answer)?.rows.length === 0; before--)
      answer = await ask((query) => setPage(list, query, { page: before, size }));
    if (list.fields['next'] !== null) return answer;
    const next = `http://${headers.host}/api/customer_profiles?page=${page + 1}`;
    return listIn(answer)?.with({ next });
  };
}

/** Rows that `isLeftOut` says are not in their page, which has no others in their place. The total counts them. */
export function rowsLeftOut(isLeftOut: (row: Row, index: number) => boolean): Lie {
  return (_call, honest) => {
    const list = listIn(honest);
    return list ? list.with({ [list.rowsName]: list.rows.filter((row, index) => !isLeftOut(row, index)) }) : honest;
  };
}

/** The answer is as if these parameters had not been sent, in lists and in any other GET. */
export function filterIgnored(...parameters: readonly string[]): Lie {
  return ({ line }, honest, ask) => {
    if (!line.startsWith('GET ')) return honest;
    return ask((query) => {
      for (const name of parameters) query.delete(name);
    });
  };
}

/** Lies only where `isLiedTo` is true of the call's line (`GET /v1/hood/exports?page=1,20`). */
export function onlyWhere(isLiedTo: (line: string) => boolean, lie: Lie): Lie {
  return (call, honest, ask) => (isLiedTo(call.line) ? lie(call, honest, ask) : honest);
}

/** Several lies in turn, each about the answer of the one before. Lies about pages and filters must come first. */
export function liesInTurn(...lies: readonly Lie[]): Lie {
  return async (call, honest, ask) => {
    let answer = honest;
    for (const lie of lies) answer = await lie(call, answer, ask);
    return answer;
  };
}

/** A row of a list, as its API prints it. */
export type Row = Record<string, unknown>;

type Page = { page: number; size: number };

/** A list of either API. */
interface List {
  rowsName: 'items' | 'profiles';
  rows: readonly Row[];
  /** The object that the rows are in. */
  fields: Record<string, unknown>;
  /** The whole answer with other fields in that object. */
  with(changes: object): object;
}

/** The list in an answer, if it is one. */
function listIn(answer: unknown): List | undefined {
  const whole = answer as { items?: unknown; result?: { profiles?: unknown } | null };
  if (Array.isArray(whole.items)) {
    const { items: rows } = whole;
    return { rowsName: 'items', rows, fields: whole, with: (changes) => ({ ...whole, ...changes }) };
  }
  const { result } = whole;
  if (!Array.isArray(result?.profiles)) return undefined;
  const changed = (changes: object) => ({ ...whole, result: { ...result, ...changes } });
  return { rowsName: 'profiles', rows: result.profiles, fields: { ...result }, with: changed };
}

/** Replaces the total; the SOR's number of pages follows it if it is a number. */
function withTotal(lie: (honest: number) => unknown): Lie {
  return ({ line }, honest) => {
    const list = listIn(honest);
    const name = list?.rowsName === 'items' ? 'total' : 'total_profiles';
    const total = list?.fields[name];
    if (!list || total === undefined) return honest;
    const said = lie(Number(total));
    if (name === 'total' || typeof said !== 'number') return list.with({ [name]: said });
    const { size } = pageIn(list, new URLSearchParams(line.split('?')[1]));
    return list.with({ total_profiles: said, total_pages: Math.ceil(said / size) });
  };
}

/** Answers with another page than the one asked for. */
function ofAnotherPage(other: (asked: Page) => Page): Lie {
  return (_call, honest, ask) => {
    const list = listIn(honest);
    return list ? ask((query) => setPage(list, query, other(pageIn(list, query)))) : honest;
  };
}

/** The page asked for; its size is the API's documented default where the request does not say it. */
function pageIn({ rowsName }: List, query: URLSearchParams): Page {
  const [page = '1', size = '20'] = (query.get('page') ?? '1').split(',');
  if (rowsName === 'items') return { page: Number(page), size: Number(size) };
  return { page: Number(page), size: Number(query.get('num_per_page') ?? 2000) };
}

function setPage({ rowsName }: List, query: URLSearchParams, { page, size }: Page): void {
  query.set('page', rowsName === 'items' ? `${page},${size}` : String(page));
  if (rowsName === 'profiles') query.set('num_per_page', String(size));
}
