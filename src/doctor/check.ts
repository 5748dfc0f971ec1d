import type { Row, Seen, Visit } from './visit.ts';

/** What one look at an account shows. It counts, and names no value that came. */
export interface Finding {
  verdict: 'confirmed' | 'refuted' | 'not to be told';
  because: string;
  /** What to set, as `NAME=value`, where something follows for the settings. */
  setting?: string | undefined;
}

/** By what no page of the vendors says and the gateway relies on: asks for it, and judges what came. */
export type Checks = Readonly<Record<string, (visit: Visit) => Promise<Finding>>>;

export const confirmed = (because: string): Finding => ({ verdict: 'confirmed', because });
export const refuted = (because: string, setting?: string): Finding => ({ verdict: 'refuted', because, setting });
export const unknown = (because: string): Finding => ({ verdict: 'not to be told', because });

/** Whether it is the question that an answer refuses, not who asks, how often or when. */
export const isAboutQuestion = (status = 0) => [400, 404, 416, 422].includes(status);

/** Judges the rows that came; where the question was refused, `otherwise` says what that means. */
export function ofRows(
  { rows, status, said, total }: Seen,
  judge: (rows: readonly Row[], total: number) => Finding,
  otherwise: (because: string) => Finding = unknown,
): Finding {
  if (rows) return judge(rows, total);
  const judgeNone = isAboutQuestion(status) ? otherwise : unknown;
  return judgeNone(status === undefined ? said : `${said}, without a list`);
}

/** What must be so for anything else to be found out. */
export const IS_ACCEPTED = 'the credential is accepted';

/** How a list of an API, whose name its settings begin with, is asked for. */
interface ListOf {
  api: 'HOOD' | 'SOR';
  first(visit: Visit): Promise<Seen>;
  page(visit: Visit, number: number, size: number): Promise<Seen>;
  /** A page that is as good, and no larger than anybody's limit. */
  small(visit: Visit): Promise<Seen>;
}

/** What is asked of the lists of either API. */
export function listChecks({ api, first, page, small }: ListOf): Checks {
  const [token, size, rate] = [`${api}_TOKEN`, `${api}_MAX_PAGE_SIZE`, `${api}_RATE`] as const;
  return {
    [IS_ACCEPTED]: async (visit) => {
      const seen = await first(visit);
      const { status, said } = seen;
      // A page of somebody else is answered with 200 as well.
      if (status !== 401 && status !== 403) return ofRows(seen, () => confirmed(said));
      const { config } = visit;
      const set = config[token] === undefined ? 'SOR_PASSWORD' : token;
      return refuted(said, `${set}${config.files.has(set) ? '_FILE=<a file with ' : '=<'}one that is valid>`);
    },
    [`pages have as many rows as ${size}`]: async (visit) => {
      const asked = visit.config[size];
      const seen = await page(visit, 1, asked);
      if (isAboutQuestion(seen.status) && (await small(visit)).rows)
        return refuted(`${seen.said}, and a list for fewer rows`, `${size}=<fewer than ${asked}>`);
      return ofRows(seen, ({ length }, total) => {
        if (length === asked) return confirmed(`${asked} rows came`);
        if (length > asked) return refuted(`${length} rows came for ${asked}`);
        if (total > length)
          return refuted(`${length} rows came of ${total}`, length > 0 ? `${size}=${length}` : undefined);
        return unknown(`there are only ${length} rows`);
      });
    },
    'a page after the last one is empty, or refused': async (visit) => {
      const { total } = await first(visit);
      // Some rows more may come meanwhile.
      const seen = await page(visit, (total || 1_000_000) + 100, 1);
      return ofRows(
        seen,
        ({ length }) => (length > 0 ? refuted(`${length} rows came`) : confirmed('no row came')),
        confirmed,
      );
    },
    [`${rate} has the limit that answers name`]: async (visit) => {
      const header = String((await first(visit)).headers['x-ratelimit-limit'] ?? '');
      const limits = visit.config[rate];
      // Any other number is none of a limit.
      if (!/^[1-9]\d{0,5}$/.test(header)) return unknown('answers name no limit');
      const said = Number(header);
      const kept = limits === 'none' ? [] : [limits.perSecond, limits.perMinute];
      const because = `answers name a limit of ${said}, and ${rate} has ${kept.join(' and ') || 'none'}`;
      return kept.includes(said) ? confirmed(because) : refuted(because, `${rate}=<n>/s,<n>/m, one of them ${said}`);
    },
  };
}
