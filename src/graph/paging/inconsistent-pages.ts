/** Upstream's pages contradict each other or their total, so that nobody can say which rows came back. */
export class InconsistentPages extends Error {
  override readonly name = 'InconsistentPages';
}
