import type { Config } from '../config/config.ts';
import type { ApiVisit } from './api-visit.ts';

/** What is asked of, by the settings of the gateway. */
export interface Visit {
  hood: ApiVisit;
  sor: ApiVisit;
  config: Config;
}

/** What one look at an account shows. It counts, and names no value that came. */
export interface Finding {
  verdict: 'confirmed' | 'refuted' | 'not to be told';
  because: string;
  /** What to set, as `NAME=value`, where something follows for the settings. */
  setting?: string | undefined;
}

/** Something that no page of the vendors says, and the gateway relies on. */
export interface Check {
  api: 'Hood' | 'System of Record';
  assumption: string;
  /** Asks for it, and judges what came. */
  judge(visit: Visit): Promise<Finding>;
}

export const confirmed = (because: string, setting?: string): Finding => ({ verdict: 'confirmed', because, setting });
export const refuted = (because: string, setting?: string): Finding => ({ verdict: 'refuted', because, setting });
export const unknown = (because: string): Finding => ({ verdict: 'not to be told', because });

/** A page after the last one of lists with one row a page, even if a few rows come meanwhile. */
export const beyond = (total: number): number => (Number.isFinite(total) ? total : 1_000_000) + 100;

/** What an answer without rows came to. */
export const noRows = ({ status }: { status: number | undefined }): Finding =>
  unknown(status === undefined ? 'no answer came' : `the answer was ${status}, without a list`);

/** Whether a status says that the credential is good. */
export function credentialFinding({ status }: { status: number | undefined }, name: string): Finding {
  if (status === 401 || status === 403)
    return refuted(`the answer was ${status}`, `${name}=<a credential that is valid>`);
  return status === 200 ? confirmed('the answer was 200') : unknown(`the answer was ${status ?? 'none'}`);
}

/** Whether the largest page has as many rows as were asked for. */
export function pageFinding(
  { rows, total, ...answer }: { rows: readonly unknown[] | undefined; total: number; status: number | undefined },
  asked: number,
  name: string,
): Finding {
  if (!rows) return noRows(answer);
  if (rows.length === asked) return confirmed(`${asked} rows came`);
  if (rows.length > asked) return refuted(`${rows.length} rows came for ${asked}`);
  return total > rows.length
    ? refuted(`${rows.length} rows came of ${total}`, `${name}=${rows.length}`)
    : unknown(`there are only ${rows.length} rows`);
}

/** Whether the limit that an answer names is one of those that the gateway keeps. */
export function limitFinding(header: unknown, limits: Config['HOOD_RATE'], name: string): Finding {
  const said = Number(header ?? Number.NaN);
  if (!Number.isFinite(said)) return unknown('answers name no limit');
  const kept = limits === 'none' ? [] : [limits.perSecond, limits.perMinute];
  if (kept.includes(said)) return confirmed(`answers name a limit of ${said}`);
  return refuted(
    `answers name a limit of ${said}, and ${name} has ${kept.join(' and ') || 'none'}`,
    `${name}=<n>/s,<n>/m, one of them ${said}`,
  );
}
