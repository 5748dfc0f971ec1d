const MINUTE_MS = 60_000;

/** Anybody can send ever other texts. */
const MOST_TEXTS = 20;

/** Calls `say` at the first event of a `subject`, of which there are few, then once a minute with how many came. */
export function onceAMinute<Subject>(say: (subject: Subject, times: number) => void): (subject: Subject) => void {
  const unsaid = new Map<Subject, number>();
  const sayNow = (subject: Subject, times: number) => {
    say(subject, times);
    unsaid.set(subject, 0);
    setTimeout(() => {
      const more = unsaid.get(subject) ?? 0;
      if (more > 0) sayNow(subject, more);
      else unsaid.delete(subject);
    }, MINUTE_MS).unref();
  };
  return (subject) => {
    const times = unsaid.get(subject);
    if (times === undefined) sayNow(subject, 1);
    else unsaid.set(subject, times + 1);
  };
}

/** Calls `say` once for each text that a caller has sent, and for 20 of them at most. */
export function onceEach(say: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (said.has(text) || said.size >= MOST_TEXTS) return;
    said.add(text);
    say(text);
  };
}
