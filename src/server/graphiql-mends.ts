/**
 * GraphiQL keeps what each tab holds, and beside it what was last typed. Where nothing was typed it takes the latter
 * for empty and opens one more, empty tab at the next load. This makes both say the same before it looks.
 */
export const RESTORE_TAB = `
try {
  const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
  for (const editor of ['query', 'variables']) {
    localStorage.setItem('graphiql:' + editor, tabs[activeTabIndex][editor] ?? '');
  }
} catch {
  // Nothing is kept yet.
}
`;

/** A tab in focus is moved to where GraphiQL wrongly remembers it: out from under the mouse, so that clicks miss it. */
const STEADY_TABS = '.graphiql-tab { transform: none !important; }';

/** The page of `@graphql-yoga/render-graphiql` without two faults that make a newcomer think it broken. */
export function mended(html: string): string {
  const root = '<div id="root">';
  if (!html.includes(root)) throw new Error(`Expected ${root} in the page of GraphiQL.`);
  return html.replace(root, () => `<style>${STEADY_TABS}</style><script>${RESTORE_TAB}</script>${root}`);
}
