import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import DataLoader from 'dataloader';
import { Cluster } from 'ioredis';
import { PromptRedis, type PromptRedisTimes } from '../redis/prompt-redis.ts';
import type { RedisClient } from '../redis/redis-connection.ts';
import { type AnswerStore, SETTLING, type Stored, type StoredAnswer } from './answer-cache.ts';
import { openAnswer, sealAnswer } from './sealed-answer.ts';
import { UnreportedChanges } from './unreported-changes.ts';

export interface RedisStoreOptions {
  client: RedisClient;
  /** 256 bits, another one for each credential: answers are found and read with the same key only. */
  key: KeyObject;
  times?: PromptRedisTimes;
}

const PREFIX = 'hood-sor-gateway';
const MARK = `${PREFIX}:mark:`;
const ANSWER = `${PREFIX}:answer:`;

/** How long an answer may be kept, in milliseconds. */
const LONGEST_LIFE_MS = 60 * 60_000;

/** How long a tag keeps its mark; with the mark all that was kept under it goes. */
const MARK_MS = 4 * LONGEST_LIFE_MS;

/** Longer answers, in characters, would hold up what else goes over the connection. */
const LONGEST_ANSWER = 2_000_000;

const MOST_KEYS_AT_ONCE = 1_000;
const MOST_CHANGES_AT_ONCE = 5_000;

/** How long until changes that could not be reported to Redis are reported again, in milliseconds. */
const REPORT_AGAIN_MS = 1_000;

/** What stands under the keys. A mark that is missing gets a text that no mark ever was, if Redis has room for it. */
const READ = `
local found = redis.call('MGET', unpack(KEYS))
for i, key in ipairs(KEYS) do
  local isMissing = not found[i] and string.sub(key, 1, #ARGV[1]) == ARGV[1]
  local mark = ARGV[2] .. i
  if isMissing and redis.pcall('SET', key, mark, 'PX', ARGV[3]).ok then found[i] = mark end
end
return found`;

/** A tag settles for the longest of the times reported; when it does not settle, its mark is removed. */
const CHANGE = `
for i, mark in ipairs(KEYS) do
  local left = redis.call('GET', mark) == '${SETTLING}' and redis.call('PTTL', mark) or 0
  local ms = tonumber(ARGV[i])
  if ms > left then
    redis.call('SET', mark, '${SETTLING}', 'PX', ms)
  elseif left == 0 then
    redis.call('DEL', mark)
  end
end`;

/**
 * Answers that all replicas with the same credential share, encrypted; the names of keys say nothing either. A tag's
 * mark is any text that it never had before: to forget is to remove it, so that Redis may drop whatever it likes and
 * no answer comes back. While Redis is away nothing is found and nothing is kept.
 */
export class RedisStore implements AnswerStore, Disposable {
  readonly #redis: PromptRedis;
  readonly #names: KeyObject;
  readonly #contents: KeyObject;
  readonly #unreported = new UnreportedChanges(LONGEST_LIFE_MS);
  readonly #values: DataLoader<string, Buffer | null>;
  #reportAgain: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor({ client, key, times }: RedisStoreOptions) {
    this.#redis = new PromptRedis(client, times);
    this.#names = derive(key, 'names');
    this.#contents = derive(key, 'contents');
    this.#values = new DataLoader((keys) => this.#read(keys), { maxBatchSize: MOST_KEYS_AT_ONCE });
    client.on('ready', this.#report);
  }

  /** All reads of one tick are one question to Redis. */
  async read(name: string, tags: readonly string[]): Promise<Stored> {
    const key = this.#keyOf(ANSWER, name);
    const markKeys = tags.map((tag) => this.#keyOf(MARK, tag));
    const [sealed, ...values] = await Promise.all([key, ...markKeys].map((each) => this.#values.load(each)));
    const marks = values.map((value, index) =>
      value && !this.#unreported.concern(markKeys[index] ?? '') ? value.toString() : SETTLING,
    );
    const isVoid = !sealed || marks.includes(SETTLING);
    return { answer: isVoid ? undefined : openAnswer(this.#contents, key, sealed), marks };
  }

  write(name: string, answer: StoredAnswer, lifeMs: number, length: number): void {
    if (length > LONGEST_ANSWER || !this.#redis.isThere) return;
    const key = this.#keyOf(ANSWER, name);
    const ms = Math.ceil(Math.min(lifeMs, LONGEST_LIFE_MS));
    const { client } = this.#redis;
    // Nobody waits for it: what cannot be written, or does not arrive, is read again.
    Promise.try(() => client.set(key, sealAnswer(this.#contents, key, answer), 'PX', ms)).catch(() => undefined);
  }

  /** Waits for Redis for as long as any question does; until it knows, this process uses nothing of it. */
  forget(tags: readonly string[], ms = 0): Promise<void> | void {
    if (tags.length === 0) return;
    const marks = tags.map((tag) => this.#keyOf(MARK, tag));
    this.#unreported.add(marks, ms);
    return this.#report();
  }

  /** Leaves the connection open: it is not its own. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#reportAgain);
    this.#redis.client.off('ready', this.#report);
  }

  /** What stands under the keys, null where nothing does or it is not known. */
  async #read(keys: readonly string[]): Promise<(Buffer | null)[]> {
    // Only reads of the same tick are the same.
    this.#values.clearAll();
    const found = new Map<string, Buffer | null>();
    const reading = this.#together(keys).map(async (group) => {
      const args = [group.length, ...group, MARK, randomBytes(12).toString('base64url'), MARK_MS];
      const values = await this.#redis.ask((client) => client.callBuffer('EVAL', READ, ...args));
      // As the script returns it.
      for (const [index, value] of ((values as (Buffer | null)[] | undefined) ?? []).entries()) {
        found.set(group[index] ?? '', value);
      }
    });
    await Promise.all(reading);
    return keys.map((key) => found.get(key) ?? null);
  }

  /** Those that Redis can be asked for at once: in a cluster the keys of one place, which are on one server. */
  #together(keys: readonly string[]): string[][] {
    const isCluster = this.#redis.client instanceof Cluster;
    return [...Map.groupBy(keys, (key) => (isCluster ? placeOf(key) : '')).values()];
  }

  readonly #report = async (): Promise<void> => {
    for (;;) {
      const changes = new Map(this.#unreported.first(MOST_CHANGES_AT_ONCE));
      if (changes.size === 0) return;
      const now = performance.now();
      const reports = this.#together([...changes.keys()]).map(async (marks) => {
        const times = marks.map((mark) => Math.max(0, Math.ceil((changes.get(mark) ?? 0) - now)));
        return this.#redis.ask((client) => client.eval(CHANGE, marks.length, ...marks, ...times));
      });
      if ((await Promise.all(reports)).includes(undefined)) break;
      this.#unreported.markReported([...changes]);
    }
    clearTimeout(this.#reportAgain);
    if (!this.#isOver) this.#reportAgain = setTimeout(this.#report, REPORT_AGAIN_MS).unref();
  };

  #keyOf(prefix: string, name: string): string {
    const digest = createHmac('sha256', this.#names).update(prefix).update(name).digest();
    const text = digest.subarray(0, 16).toString('base64url');
    // Those with the same part in braces are on the same server of a cluster.
    return `${prefix}{${text.slice(0, 1)}}${text.slice(1)}`;
  }
}

function placeOf(key: string): string {
  return key.slice(key.indexOf('{') + 1, key.indexOf('}'));
}

function derive(key: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `${PREFIX} ${purpose}`, 32)));
}
