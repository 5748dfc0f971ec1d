import type { Coalescer } from '../../http/reads/coalescer.ts';
import type { Lookup } from '../../http/reads/lookup.ts';
import type { HoodRow } from './answers.ts';
import type { HoodSettings } from './endpoints.ts';
import { canBeListed, propertiesByKey, type RowSource, rowLookup } from './row-lookup.ts';

/** What of Hood lives as long as the process: its reads, and how rows are looked up. */
export class HoodReads {
  readonly api: Coalescer;
  readonly settings: HoodSettings;
  readonly properties: Lookup<HoodRow>;
  /** Whether Hood lets a field be emptied, where that is known: `gdpr-requests rejection_reason`. */
  readonly emptied = new Map<string, boolean>();
  /** Rows that are being changed on the ground of what they were: `gdpr-requests 1000022`. */
  readonly changing = new Map<string, Promise<unknown>>();
  readonly #rows = new Map<string, Lookup<HoodRow>>();

  constructor(api: Coalescer, settings: HoodSettings) {
    this.api = api;
    this.settings = settings;
    this.properties = propertiesByKey(api.client, settings);
  }

  /** How a row is looked up: together with others, unless its collection or a comma in its id forbids that. */
  rowsOf(source: RowSource, id: string): Lookup<HoodRow> {
    const isListed = canBeListed(source, id);
    const name = `${source.collection} ${isListed}`;
    let rows = this.#rows.get(name);
    if (!rows) {
      rows = rowLookup(source, isListed, this.api.client, this.settings);
      this.#rows.set(name, rows);
    }
    return rows;
  }
}
