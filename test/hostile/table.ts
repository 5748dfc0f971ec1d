import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAN_MEASURE, type Cost, type MeasuredGateway, type MeasuredOptions, startMeasured } from './measured.ts';

/** What one request may cost, whatever it contains. */
const RULE: Cost = { cpuMs: 1_000, memoryMb: 300, bytes: 16_000_000, calls: 100, tookMs: 20_000, healthMs: 200 };

/** What depends on the machine may be so many times as much: the same one is two and a half times as slow on some days. */
const LENIENCE: Partial<Record<keyof Cost, number>> = { cpuMs: 3, memoryMb: 2, tookMs: 2, healthMs: 5 };

/** A request that would harm a gateway without limits, and what it is answered. */
export interface HostileRequest {
  name: string;
  /** Made when it is sent: some are long. */
  raw: () => string | Uint8Array;
  status: number;
  /** Something that the answer says. */
  says: RegExp | string;
  /** Where it must cost even less than the rule allows. */
  most?: Partial<Cost>;
}

interface TableOptions extends MeasuredOptions {
  /** Fills the stand-ins. */
  fill?: (gateway: MeasuredGateway) => void;
}

/** Sends each request to one gateway that is a process of its own, and holds each to the rule. */
export function holdToRule(title: string, requests: readonly HostileRequest[], options: TableOptions = {}): void {
  describe.skipIf(!CAN_MEASURE)(title, () => {
    let gateway: MeasuredGateway;
    beforeAll(async () => {
      gateway = await startMeasured(options);
      options.fill?.(gateway);
    }, 60_000);
    afterAll(() => gateway?.[Symbol.asyncDispose]());

    test.each(requests)('$name', async ({ raw, status, says, most }) => {
      const answer = await gateway.send(raw());
      // What a long answer says may stand in its end.
      expect(answer.text.slice(0, 100_000) + answer.text.slice(100_000).slice(-10_000)).toMatch(says);
      expect(answer.status).toBe(status);
      expect(tooMuch(answer.cost, { ...RULE, ...most })).toEqual({});
    });
  });
}

/** What of a cost is beyond a limit. */
function tooMuch(cost: Cost, limits: Cost): Partial<Cost> {
  const names = Object.keys(limits) as (keyof Cost)[];
  const beyond = names.filter((name) => cost[name] > limits[name] * (LENIENCE[name] ?? 1));
  return Object.fromEntries(beyond.map((name) => [name, cost[name]]));
}
