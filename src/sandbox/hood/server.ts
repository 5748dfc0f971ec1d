import { Journal } from '../journal.ts';
import { limitedBy } from '../rate-limit.ts';
import { type ApiServer, type Reply, serve } from '../server.ts';
import { Refusal, TOO_MANY_REQUESTS, UNAUTHORIZED } from './errors.ts';
import type { HoodRecord } from './generated-row.ts';
import { type Hood, type HoodSettings, List } from './list.ts';
import { RESOURCE_NAMES, RESOURCES, type ResourceName } from './resources.ts';
import { answer } from './routes.ts';
import { SAMPLES } from './samples.ts';

export interface HoodSandboxOptions extends Partial<HoodSettings> {
  /** The only bearer token that is let in. */
  token?: string;
  /** Generated rows of every list, or of each (those not named get the default). 5,000 by default. */
  rows?: number | Partial<Record<ResourceName, number>>;
  /** Whether the documented rows are there. With `rows: 0` and `samples: false` all lists are empty. */
  samples?: boolean;
  /** A file that keeps the rows; what it already holds is used instead of new ones. In memory by default. */
  file?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Milliseconds since 1970; the machine's clock when left out. */
  now?: () => number;
}

const SETTINGS: HoodSettings = {
  limits: { perSecond: 10, perMinute: 150 },
  ...{ defaultPageSize: 20, maxPageSize: 100 },
  exportMs: 3_000,
};

/** A running stand-in for Hood. */
export interface HoodSandbox extends ApiServer {
  readonly token: string;
  readonly settings: HoodSettings;
  /**
   * Adds rows, printed exactly as given: a missing key stays missing, a `bigint` becomes a bare JSON number. Ids that
   * are there already are an error; without a `create_time` a row comes last in the default order.
   */
  insert(name: ResourceName, records: readonly HoodRecord[]): void;
  /** Makes these the only rows of a list. */
  replace(name: ResourceName, records: readonly HoodRecord[]): void;
}

const DEFAULT_ROWS = 5000;

/** Names what a file holds; to be raised when records, ranks or generated rows change. */
const FORMAT = 'Hood sandbox, 5';

/** Starts a stand-in for `https://api.ocamba.com/v1/hood`, with data. */
export async function startHood(options: HoodSandboxOptions = {}): Promise<HoodSandbox> {
  const {
    token = 'sandbox-hood-token',
    rows = DEFAULT_ROWS,
    samples = true,
    file,
    port,
    now = Date.now,
    ...own
  } = options;
  const settings = { ...SETTINGS, ...own };
  const journal = new Journal(FORMAT, file);
  const generated = journal.map<number>('generated');
  const lists = openLists(journal, generated, rows, samples);
  const hood: Hood = { lists, settings, moves: journal.map('moves'), now };
  const limited = limitedBy(() => settings.limits)(
    (request) => answer(hood, request).catch(replyOf),
    (headers) => ({ status: 429, json: TOO_MANY_REQUESTS, headers }),
  );
  // Calls without the token do not count: the limits are those of the account.
  const server = await serve((request) => {
    const [, sent] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    return sent === token ? limited(request) : new Refusal(UNAUTHORIZED, 'not the bearer token').reply;
  }, port);
  return {
    ...server,
    token,
    settings,
    insert: (name, records) => lists[name].insert(records),
    replace(name, records) {
      generated.set(name, 0);
      lists[name].clear();
      lists[name].insert(records);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      journal[Symbol.dispose]();
    },
  };
}

/** The lists that the file holds, or new ones. */
function openLists(
  journal: Journal,
  generated: Map<string, number>,
  rows: NonNullable<HoodSandboxOptions['rows']>,
  samples: boolean,
) {
  const lists = RESOURCE_NAMES.map((name) => {
    if (journal.isNew) generated.set(name, typeof rows === 'number' ? rows : (rows[name] ?? DEFAULT_ROWS));
    const list = new List(RESOURCES[name], journal.map(name), generated.get(name) ?? 0);
    if (journal.isNew && samples) list.insert(SAMPLES[name]);
    return [name, list] as const;
  });
  return Object.fromEntries(lists) as Record<ResourceName, List>;
}

function replyOf(error: unknown): Reply {
  if (error instanceof Refusal) return error.reply;
  throw error;
}
