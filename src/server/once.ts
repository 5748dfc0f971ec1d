const MINUTE_MS = 60_000;

/** Anybody can send ever other texts: so many are said in a minute, and so many remembered. */
const MOST_IN_A_MINUTE = 20;
const MOST_REMEMBERED = 10_000;

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

/** Calls `say` once for each text that a caller has sent, for 20 in a minute at most; what is too much is said later. */
export function onceEach(say: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  let left = MOST_IN_A_MINUTE;
  return (text) => {
    if (said.has(text) || said.size >= MOST_REMEMBERED || left === 0) return;
    if (left === MOST_IN_A_MINUTE) {
      setTimeout(() => {
        left = MOST_IN_A_MINUTE;
      }, MINUTE_MS).unref();
    }
    left -= 1;
    said.add(text);
    say(text);
  };
}
