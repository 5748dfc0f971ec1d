import type { Fault } from '../../src/sandbox/faults.ts';
import type { Gateway } from '../support/gateway.ts';
import { type Asked, answering, hoodList, pageOf } from './asked.ts';

export interface Request {
  id: string;
  client_id: string;
  status: 'pending' | 'approved' | 'denied';
  /** As Hood writes it, or as it should not. */
  create_time: string | null;
  update_time: string;
}

export interface RequestListOptions {
  /** The largest page. */
  largest?: number;
  /** Whether filters by a time are passed over. */
  ignoresTimes?: boolean;
  /** Whether it has its own order, whatever is asked for. */
  ignoresOrder?: boolean;
  /** How many rows it says there are; as many as it has unless set. */
  total?: number;
  /** Whether a value meets a condition, where it does not mean what is documented. */
  holds?: (value: string | null, filter: string) => boolean;
  /** Done to the rows of a page after it was cut. */
  leaveOut?: (row: Request) => boolean;
}

/** The time of a second of 2025, in Hood's way. */
export function second(number: number): string {
  return new Date(Date.UTC(2025, 0, 1) + number * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

export function request(id: number | string, createdAt: number | null, status: Request['status'] = 'pending') {
  const create_time = createdAt === null ? null : second(createdAt);
  const update_time = second(1_000_000 + Number(createdAt));
  return { id: String(id), client_id: `client of ${id}`, status, create_time, update_time };
}

/**
 * Hood's GDPR requests in memory, so that rows can come and go between two calls. Filters by status, client and time,
 * orders by time, and is honest but for what its options say. Rows of one second come in the order of their ids.
 */
export class RequestList {
  rows: Request[];
  readonly #options: RequestListOptions;
  #touches = 0;

  constructor(rows: readonly Request[], options: RequestListOptions = {}) {
    this.rows = [...rows];
    this.#options = options;
  }

  /** Puts the list in the place of the gateway's stand-in. */
  serve({ hood }: Pick<Gateway, 'hood'>): void {
    answering(hood, (asked) => this.#answer(asked));
  }

  decide(id: string, status: Request['status']): void {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, status } : row));
  }

  /** Changes something of a row that no filter has, at a moment of its own. */
  touch(id: string): void {
    this.#touches += 1;
    const update_time = second(2_000_000 + this.#touches);
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, update_time } : row));
  }

  remove(id: string): void {
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  #answer(asked: Asked): Fault | undefined {
    const [, , , collection, id] = asked.path.split('/');
    if (collection !== 'gdpr-requests') return undefined;
    if (asked.method === 'PATCH') {
      this.decide(id ?? '', 'approved');
      return { kind: 'status', status: 204 };
    }
    if (id !== undefined) return hoodList(this.rows.filter((row) => row.id === id));
    const { largest = 100, leaveOut = () => false } = this.#options;
    const found = this.#sorted(asked).filter((row) => this.#matches(row, asked));
    return hoodList(
      pageOf(found, asked, largest).filter((row) => !leaveOut(row)),
      this.#options.total ?? found.length,
    );
  }

  #matches(row: Request, { query }: Asked): boolean {
    return (['status', 'client_id', 'create_time', 'update_time'] as const).every((column) => {
      const filter = query.get(column);
      if (filter === null || (column.endsWith('_time') && this.#options.ignoresTimes)) return true;
      return (this.#options.holds ?? holds)(row[column], filter);
    });
  }

  #sorted({ query }: Asked): Request[] {
    const sort = query.get('sort');
    if (!sort || this.#options.ignoresOrder) return this.rows;
    const keys = sort.split(',').map((key) => {
      const [sign, column] = [key.startsWith('-') ? -1 : 1, key.replace('-', '') as 'create_time' | 'update_time'];
      return (a: Request, b: Request) => sign * compared(a[column] ?? '', b[column] ?? '');
    });
    return this.rows.toSorted(
      (a, b) => keys.reduce((order, key) => order || key(a, b), 0) || Number(a.id) - Number(b.id),
    );
  }
}

/** Whether a value meets a condition of Hood's grammar. Throws for one that it does not have. */
export function holds(value: string | null, filter: string): boolean {
  const [, operator = '', operand = ''] = /^([a-z]+):(.*)$/.exec(filter) ?? [];
  if (value === null) return operator === 'isn';
  const [from = '', to = ''] = operand.split(',');
  switch (operator) {
    case 'is':
      return true;
    case 'isn':
      return false;
    case 'eq':
      return value === operand;
    case 'in':
      return operand.split(',').includes(value);
    case 'gt':
      return value > operand;
    case 'gte':
      return value >= operand;
    case 'lt':
      return value < operand;
    case 'lte':
      return value <= operand;
    case 'r':
      return value > from && value < to;
    case 'rf':
      return value >= from && value <= to;
    case 'rl':
      return value >= from && value < to;
    case 'rr':
      return value > from && value <= to;
    default:
      throw new Error(`Hood has no condition such as ${filter}.`);
  }
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
