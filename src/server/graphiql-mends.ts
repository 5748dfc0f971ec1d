import { CREDENTIAL_SCRIPT, CREDENTIAL_STYLE, type CredentialWay, credentialForm } from './graphiql-credential.ts';

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

const STYLE = [
  // A tab in focus is moved to where GraphiQL wrongly remembers it: out from under the mouse, so that clicks miss it.
  '.graphiql-tab { transform: none !important; }',
  // Beside many tabs the title would break into lines that do not fit.
  '.graphiql-logo { white-space: nowrap; }',
].join(' ');

/**
 * Right after a change of tabs GraphiQL still knows the name of the operation in the tab before, and refuses to run
 * another: a name that no operation of the text has is better not sent.
 */
const NAME_SENT = 'operationName:f??c},{headers:A,documentAST:d})';
const NAME_IN_TEXT =
  'operationName:(n=>n&&new RegExp("\\\\b(query|mutation|subscription)\\\\s+"+n+"\\\\b").test(E)?n:void 0)(f??c)},{headers:A,documentAST:d})';

/**
 * The page of `@graphql-yoga/render-graphiql` without faults that make a newcomer think it broken, and all scripts in
 * it. Throws where it is another page than the one that these mends were made for.
 */
export function mended(page: string, ways: readonly CredentialWay[]): { html: string; scripts: readonly string[] } {
  const repaired = replaced(page, NAME_SENT, NAME_IN_TEXT);
  const script = repaired.slice(repaired.indexOf('<script>') + '<script>'.length, repaired.lastIndexOf('</script>'));
  const root = '<div id="root">';
  const own = [RESTORE_TAB, CREDENTIAL_SCRIPT];
  const before = [
    `<style>${STYLE}${CREDENTIAL_STYLE}</style>`,
    credentialForm(ways),
    ...own.map((each) => `<script>${each}</script>`),
  ];
  const html = replaced(repaired, root, before.join('') + root);
  return { html, scripts: [...own, script] };
}

function replaced(page: string, part: string, by: string): string {
  const [before, after, ...others] = page.split(part);
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(`Expected ${part} once in the page of GraphiQL.`);
  }
  return before + by + after;
}
