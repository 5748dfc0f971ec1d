/** Without a file beside it, an address or a script: a browser asks for nothing else. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fafafc, #121217); --panel: light-dark(#fff, #1a1a21); --line: light-dark(#e3e3ea, #31313c);
  --text: light-dark(#1b1b24, #ededf3); --quiet: light-dark(#5a5a69, #a6a6b6); --accent: light-dark(#5a3fc0, #b7a3ff);
  --good: light-dark(#15683a, #7ddba2); --bad: light-dark(#b3261e, #ffb3ab);
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word;
}
.banner { padding: 10px 24px; text-align: center; background: #17603a; color: #fff; }
.banner strong { margin-right: 10px; letter-spacing: .14em; }
.sandbox { background: repeating-linear-gradient(-45deg, #ffc53d 0 14px, #ffcf5c 14px 28px); color: #2b1d00; }
main { max-width: 880px; margin: 0 auto; padding: 48px 24px 64px; }
header { display: flex; gap: 18px; align-items: center; }
header svg { flex: none; width: 60px; color: var(--accent); }
h1 { margin: 0; font-size: 30px; line-height: 1.2; letter-spacing: -.02em; }
h1 small { margin-left: 6px; font-size: 14px; font-weight: 400; letter-spacing: 0; color: var(--quiet); }
header p { margin: 4px 0 0; color: var(--quiet); }
h2 { margin: 44px 0 12px; font-size: 18px; letter-spacing: -.01em; }
h3 { display: flex; gap: 10px; align-items: center; justify-content: space-between; margin: 0; font-size: 16px; }
p { margin: 0 0 12px; }
a { color: var(--accent); text-underline-offset: 3px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre { font: 14px/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.actions { display: flex; flex-wrap: wrap; gap: 12px; margin: 28px 0 0; }
.actions a {
  padding: 9px 18px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); color: var(--text);
  font-weight: 600; text-decoration: none;
}
.actions a:first-child { border-color: var(--accent); background: var(--accent); color: light-dark(#fff, #17102e); }
.actions a:hover { border-color: var(--accent); }
.apis { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 16px; }
.api, pre { padding: 18px 20px; border: 1px solid var(--line); border-radius: 12px; background: var(--panel); }
.api p { margin: 6px 0 0; font-size: 14px; color: var(--quiet); }
.api .trouble, .trouble { color: var(--bad); font-weight: 600; }
.state { padding: 1px 10px; border: 1px solid; border-radius: 99px; font-size: 13px; font-weight: 600; color: var(--quiet); }
.state.live { color: var(--good); }
.state.sandbox { border-color: transparent; background: #ffc53d; color: #2b1d00; }
.limit { display: grid; grid-template-columns: 1fr auto; margin-top: 14px; font-size: 14px; }
.limit span { color: var(--quiet); font-variant-numeric: tabular-nums; }
meter { grid-column: 1 / -1; appearance: none; width: 100%; height: 6px; margin-top: 6px; border-radius: 3px; background: var(--line); overflow: hidden; }
meter::-webkit-meter-bar { grid-row: 1 / -1; height: 6px; border: 0; background: none; }
meter::-webkit-meter-optimum-value { height: 6px; border-radius: 3px; background: var(--accent); }
meter::-webkit-meter-suboptimum-value { height: 6px; border-radius: 3px; background: #d97706; }
meter::-moz-meter-bar { border-radius: 3px; background: var(--accent); }
pre { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; user-select: all; }
dl { display: grid; grid-template-columns: 210px 1fr; gap: 8px 24px; margin: 0; }
dt, dd { margin: 0; }
dd, footer { color: var(--quiet); }
footer { margin-top: 48px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 14px; }
@media (max-width: 560px) {
  main { padding: 32px 16px 48px; }
  header { align-items: flex-start; }
  .actions a { padding: 8px 13px; }
  header svg { width: 44px; }
  h1 { font-size: 24px; }
  h1 small { display: block; margin: 0; }
  dl { display: block; }
  dd { margin-bottom: 12px; }
}
`;
