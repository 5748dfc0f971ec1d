/** What the gateway does without while it goes on; `api` where it concerns one API alone, `route` where one route of it. */
export interface Degradation {
  readonly reason: 'credential_refused' | 'route_refused' | 'redis_away';
  /** The API's name, such as `HOOD`. */
  readonly api?: string;
  /** Its method and template, such as `GET /v1/hood/exports`. */
  readonly route?: string;
}

/** What is amiss just now, for `/ready` and the metrics: none of it is a reason to take the process away. */
export class Degradations {
  readonly #readings: (() => readonly Degradation[])[] = [];

  /** Asks `read` whenever somebody wants to know. */
  watch(read: () => readonly Degradation[]): void {
    this.#readings.push(read);
  }

  /** All of them. */
  get current(): readonly Degradation[] {
    return this.#readings.flatMap((read) => read());
  }
}
