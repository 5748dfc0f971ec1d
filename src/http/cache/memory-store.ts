import { LRUCache } from 'lru-cache';
import { type AnswerStore, briefName, SETTLING, type Stored, type StoredAnswer } from './answer-cache.ts';
import { lengthOf } from './projection.ts';

/** What an entry takes besides its text, in bytes, and each character of that once it is parsed; measured roughly. */
const ENTRY_BYTES = 500;
const BYTES_PER_CHARACTER = 3;

/** What a tag with a history takes besides its name, in bytes. */
const TAG_BYTES = 200;

/** As many tags have a history as fit into this much in addition; one that is dropped takes the answers under it along. */
const PART_OF_TAGS = 0.25;

/** What happened to a tag. */
interface TagHistory {
  forgotten: number;
  /** In `performance.now()` milliseconds. */
  settlesUntil: number;
}

/** Answers of this process, the least recently used ones dropped when they take more than `maxBytes`. */
export class MemoryStore implements AnswerStore {
  readonly #answers: LRUCache<string, StoredAnswer>;
  readonly #tags: LRUCache<string, TagHistory>;
  /** The mark of tags without a history. It changes whenever a tag loses its history. */
  #era = 0;

  constructor(maxBytes: number) {
    this.#answers = new LRUCache({ maxSize: maxBytes });
    this.#tags = new LRUCache({
      maxSize: Math.ceil(maxBytes * PART_OF_TAGS),
      sizeCalculation: (_history, tag) => TAG_BYTES + 2 * tag.length,
      dispose: (_history, _tag, reason) => {
        if (reason === 'evict') this.#era += 1;
      },
    });
  }

  read(name: string, tags: readonly string[]): Stored {
    return { answer: this.#answers.get(name), marks: tags.map((tag) => this.#markOf(tag)) };
  }

  write(name: string, answer: StoredAnswer, lifeMs: number, length: number): void {
    const size = ENTRY_BYTES + Math.ceil(BYTES_PER_CHARACTER * (length + name.length + lengthOf(answer.projection)));
    this.#answers.set(name, answer, { ttl: lifeMs, size });
  }

  forget(tags: readonly string[], ms = 0): void {
    for (const tag of tags.map(briefName)) {
      const { forgotten = 0, settlesUntil = 0 } = this.#tags.get(tag) ?? {};
      this.#tags.set(tag, { forgotten: forgotten + 1, settlesUntil: Math.max(settlesUntil, performance.now() + ms) });
    }
  }

  #markOf(tag: string): string {
    const history = this.#tags.get(briefName(tag));
    if (history && history.settlesUntil > performance.now()) return SETTLING;
    return `${this.#era}.${history?.forgotten ?? 0}`;
  }
}
