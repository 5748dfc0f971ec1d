const MINUTE_MS = 60_000;

/**
 * Keeps lines about what may happen at any rate few: `say` is called the first time, and once a minute with how often it
 * has happened since, for each `subject`, of which there must be few.
 */
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
