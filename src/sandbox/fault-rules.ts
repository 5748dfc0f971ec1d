import type { Fault } from './faults.ts';
import { HOOD_ROUTES } from './hood/routes.ts';
import * as lies from './lies.ts';
import type { Dials, Lie } from './server.ts';
import { SOR_ROUTES } from './sor/routes.ts';

/** What a rule can bring about, as it is written; functions get what stands in the brackets. */
const EFFECTS: [RegExp, (argument: string) => { fault?: Fault; lie?: Lie }][] = [
  [/^([45]\d\d)$/, (status) => ({ fault: statusFault(Number(status)) })],
  [/^(html|truncated|reset|silence)$/, (kind) => ({ fault: { kind } as Fault })],
  [/^reset-mid-body$/, () => ({ fault: { kind: 'resetMidBody' } })],
  [/^total([+-]\d{1,9})$/, (by) => ({ lie: lies.totalOffBy(Number(by)) })],
  [/^no-total$/, () => ({ lie: lies.withTotal(() => undefined) })],
  [/^text-total$/, () => ({ lie: lies.withTotal(String) })],
  [/^pages-of-([1-9]\d{0,5})$/, (rows) => ({ lie: lies.pageClampedTo(Number(rows)) })],
  [/^first-page-again$/, () => ({ lie: lies.pageIgnored() })],
  [/^last-page-again$/, () => ({ lie: lies.lastPageRepeated() })],
  [/^rows-missing$/, () => ({ lie: lies.rowsLeftOut((_row, index) => index % 10 === 9) })],
  [/^ignores-(\w+)$/, (parameter) => ({ lie: lies.filterIgnored(parameter) })],
];

/** `hood/gdpr-requests 503 10%`: an API or a segment of its paths (an id has digits), what happens there, how often. */
const RULE = /^(hood|sor)(?:\/([\w-]+))?\s+(\S+)(?:\s+(\d{1,2}|100)%)?$/;

/**
 * Reads rules, with commas between them. Says what happens at an API: the first fault that strikes, else all lies in
 * their order. Throws an `Error` with what is wrong with the first rule that cannot be read.
 */
export function faultRules(text: string): (api: 'hood' | 'sor') => Pick<Dials, 'fault' | 'lie'> {
  const written = text.split(',').map((rule) => rule.trim());
  const rules = written.filter(Boolean).map(ruleOf);
  return (name) => {
    const own = rules.filter(({ api }) => api === name);
    return {
      fault: ({ line }) => own.find(({ fault, strikes }) => fault && strikes(line))?.fault,
      lie: lies.liesInTurn(...own.flatMap(({ lie, strikes }) => (lie ? lies.onlyWhere(strikes, lie) : []))),
    };
  };
}

function ruleOf(rule: string) {
  const [, api, segment = '', what = '', percent = '100'] = RULE.exec(rule) ?? [];
  const [pattern, make] = EFFECTS.find(([pattern]) => pattern.test(what)) ?? [];
  const isOf = (path = '') => segment === '' || path.split('/').includes(segment);
  const isThere = /\d/.test(segment) || (api === 'hood' ? HOOD_ROUTES : SOR_ROUTES).some((route) => isOf(route));
  if (!make || !isThere)
    throw new Error(`"${rule}" is no rule such as "hood 503 10%" or "sor/customer_profiles no-total"`);
  const strikes = (line: string) => isOf(line.split('?')[0]) && Math.random() * 100 < Number(percent);
  return { api, strikes, ...make(pattern?.exec(what)?.[1] ?? '') };
}

/** Too many calls say when to come again, as both APIs do. */
function statusFault(status: number): Fault {
  const body = { code: status, title: 'A fault of the sandbox.', message: 'SANDBOX_FAULTS asks for it.' };
  return { kind: 'status', status, body, headers: status === 429 ? { 'retry-after': '1' } : {} };
}
