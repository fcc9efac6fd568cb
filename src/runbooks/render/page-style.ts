/** The stylesheet of a run's page: small, dark where the device is, and fit for paper. */
export const pageStyle = `
:root { color-scheme: light; --page: #f3f5f8; --card: #fff; --ink: #18212c; --soft: #4b5765; --line: #d3d9e1;
  --good: #136236; --bad: #a9151f; --doubtful: #774600; --neutral: #4b5765; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --page: #0f1318; --card: #181e25;
  --ink: #e5e9ee; --soft: #a9b4c0; --line: #323c47; --good: #7fd8a0; --bad: #ffa09d; --doubtful: #f2c66f; --neutral: #a9b4c0; } }
.good { --tone: var(--good); } .bad { --tone: var(--bad); } .doubtful { --tone: var(--doubtful); } .neutral { --tone: var(--neutral); }
*, *::before, *::after { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
body { margin: 0; background: var(--page); color: var(--ink); }
header, main { max-width: 60rem; margin-inline: auto; padding: 1.25rem 1.25rem 0; }
main { padding-bottom: 2.5rem; }
h1, h2, p, ol, ul, dl, dd { margin: 0; } ol, ul { padding: 0; list-style: none; } p, dd, li { overflow-wrap: anywhere; }
h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.2; } h2 { margin-top: 2rem; font-size: 1.35rem; }
code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; white-space: pre-wrap; }
.soft, dt { color: var(--soft); } .lines { white-space: pre-wrap; }
.outcome { margin-top: .9rem; padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-left: 8px solid var(--tone); border-radius: 8px; font-size: 1.125rem; }
.outcome b, .state { color: var(--tone); font-weight: 650; }
dl.run { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem 1.5rem; margin-top: 1rem; }
dl.run dt, dl.facts dt { font-size: .8125rem; font-weight: 600; }
.steps { margin-top: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.steps > li { padding: .6rem 1rem; border-left: 5px solid var(--tone); } .steps > li + li { border-top: 1px solid var(--line); }
.steps > li.within { padding-left: 2.5rem; }
.head { display: grid; grid-template-columns: 1.5rem minmax(0, 1fr) auto; gap: 0 .5rem; align-items: baseline; }
.mark { color: var(--tone); } .head code { color: var(--soft); }
.body { padding-left: 2rem; font-size: .9375rem; } .body > * { margin-top: .25rem; }
summary { cursor: pointer; color: var(--soft); }
dl.facts > div { display: grid; grid-template-columns: minmax(7rem, 14rem) minmax(0, 1fr); gap: 0 1rem; padding-block: .1rem; }
@media (max-width: 40rem) { .head { grid-template-columns: 1.5rem minmax(0, 1fr); } .head .state { grid-column: 2; }
  .body { padding-left: 1rem; } dl.facts > div { grid-template-columns: minmax(0, 1fr); } }
@media print { @page { margin: 14mm; } body { --page: #fff; } .steps > li, .outcome { break-inside: avoid; } details:not([open]) { display: none; } }
`
