import type { AskAgain, Lie, SeenCall } from './server.ts';

/**
 * Ready-made lies for `dials.lie`. Each understands the lists of both APIs: Hood's `{total, items}`, and the SOR's
 * `{success, result: {total_profiles, total_pages, profiles}}` or, for changes, `{success, result: {profiles, next}}`.
 * All other answers stay honest, except with `filterIgnored`.
 */

/** The total is what `said` makes of it; the SOR's number of pages follows it if it is a number. */
export const withTotal = (said: (honest: number) => unknown): Lie =>
  aboutLists(({ fields, names: [rowsName, totalName], size, changed }) => {
    const honest = fields[totalName];
    if (honest === undefined) return changed({});
    const total = said(Number(honest));
    const hasPages = rowsName === 'profiles' && typeof total === 'number';
    return changed({ [totalName]: total, ...(hasPages && { total_pages: Math.ceil(total / size) }) });
  });

/** The total is `by` more than there are (less if negative), but never below 0. */
export const totalOffBy = (by: number): Lie => withTotal((total) => Math.max(0, total + by));

/** No page has more than `rows` rows, and pages are counted by that size; nothing in the answer says so. */
export const pageClampedTo = (rows: number): Lie =>
  aboutLists(({ page, size, ask }) => ask(page, Math.min(size, rows)));

/** Every page is the first one. */
export const pageIgnored = (): Lie => aboutLists(({ size, ask }) => ask(1, size));

/** Pages after the last one repeat it for ever, and a list of changes always names a `next` page. */
export const lastPageRepeated = (): Lie =>
  aboutLists(async (list, { headers }) => {
    const { page, size, ask, fields } = list;
    let last: Pick<List, 'rows' | 'changed'> | undefined = list;
    for (let before = page - 1; before > 0 && last?.rows.length === 0; before--) last = listIn(await ask(before, size));
    const next = `http://${headers.host}/api/customer_profiles?page=${page + 1}`;
    return last?.changed(fields['next'] === null ? { next } : {});
  });

/** Rows that `isLeftOut` says are not in their page, which has no others in their place. The total counts them. */
export const rowsLeftOut = (isLeftOut: (row: Row, index: number) => boolean): Lie =>
  aboutLists(({ rows, names: [name], changed }) =>
    changed({ [name]: rows.filter((row, index) => !isLeftOut(row, index)) }),
  );

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
export const onlyWhere = (isLiedTo: (line: string) => boolean, lie: Lie): Lie => {
  return (call, honest, ask) => (isLiedTo(call.line) ? lie(call, honest, ask) : honest);
};

/** Several lies in turn, each about the answer of the one before. Lies about pages and filters must come first. */
export function liesInTurn(...lies: readonly Lie[]): Lie {
  return async (call, honest, ask) => {
    const changes: Parameters<AskAgain>[0][] = [];
    const askOn: AskAgain = (change) => {
      changes.push(change);
      return ask((query) => {
        for (const each of changes) each(query);
      });
    };
    let answer = honest;
    for (const lie of lies) answer = await lie(call, answer, askOn);
    return answer;
  };
}

/** A row of a list, as its API prints it. */
export type Row = Record<string, unknown>;

/** A list of either API, in an answer. */
interface List {
  /** How its rows and its total are called. */
  names: readonly ['items', 'total'] | readonly ['profiles', 'total_profiles'];
  rows: readonly Row[];
  /** The object that the rows are in. */
  fields: Row;
  /** The whole answer with other fields in that object. */
  changed(changes: object): object;
  /** The page asked for, and its size; where the request does not say it, the API's documented default. */
  page: number;
  size: number;
  /** The honest answer for another page. */
  ask(page: number, size: number): Promise<unknown>;
}

function aboutLists(lie: (list: List, call: SeenCall) => unknown): Lie {
  return (call, honest, ask) => {
    const list = listIn(honest);
    // Hood answers for an id with a list of one row, which has no pages.
    const isList = list && /^GET (?:\/[^/?]+){2,3}(?:\?|$)/.test(call.line);
    return isList ? lie({ ...list, ...pageIn(list.names[0], call.line, ask) }, call) : honest;
  };
}

function listIn(answer: unknown): Pick<List, 'names' | 'rows' | 'fields' | 'changed'> | undefined {
  const whole = answer as Row & { result?: Row | null };
  const { items, result } = whole;
  if (Array.isArray(items))
    return { names: ['items', 'total'], rows: items, fields: whole, changed: (changes) => ({ ...whole, ...changes }) };
  if (!result || !Array.isArray(result['profiles'])) return undefined;
  const changed = (changes: object) => ({ ...whole, result: { ...result, ...changes } });
  return { names: ['profiles', 'total_profiles'], rows: result['profiles'], fields: result, changed };
}

function pageIn(rowsName: string, line: string, ask: AskAgain): Pick<List, 'page' | 'size' | 'ask'> {
  const query = new URLSearchParams(line.split('?')[1]);
  const [page = '1', size = '20'] = (query.get('page') ?? '1').split(',');
  if (rowsName === 'items') {
    const askHood = (number: number, rows: number) => ask((changed) => changed.set('page', `${number},${rows}`));
    return { page: Number(page), size: Number(size), ask: askHood };
  }
  const askSor = (number: number, rows: number) =>
    ask((changed) => {
      changed.set('page', String(number));
      changed.set('num_per_page', String(rows));
    });
  return { page: Number(page), size: Number(query.get('num_per_page') ?? 2000), ask: askSor };
}
