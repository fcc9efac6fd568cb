/** The page as a whole: letters, the verdict, the sections. */
export const structure = `
*, *::before, *::after { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
body { margin: 0; background: var(--page); color: var(--ink); }
.masthead > *, nav > ul, main, footer { max-width: 68rem; margin-inline: auto; padding-inline: 1.5rem; }
h1, h2, h3, p, ul, ol, dl, dd { margin: 0; }
ul, ol { padding: 0; list-style: none; }
/* No list items for the browser: it would number those of a long list anew for each one that is hidden. */
li { display: block; }
[hidden] { display: none !important; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; }
p, dd, dt, li { overflow-wrap: anywhere; }
b { font-weight: 650; }
.soft, .count { color: var(--soft); font-weight: 400; }
.label { color: var(--soft); font-size: .8125rem; font-weight: 600; }
.sheet { position: absolute; width: 0; height: 0; }
.icon { width: 1em; height: 1em; vertical-align: -.12em; fill: none; stroke: currentcolor; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.mark { color: var(--tone); }
.skip { position: absolute; left: -100vw; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.skip:focus { left: 1rem; top: 1rem; }

.masthead { background: var(--card); border-bottom: 1px solid var(--line); padding-bottom: 1.25rem; }
.masthead > .verdict { max-width: none; padding-block: 1.75rem 1.5rem; padding-inline: max(1.5rem, calc((100% - 68rem) / 2 + 1.5rem)); }
.go > .verdict { background: var(--banner-good); color: var(--banner-ink); }
.no-go > .verdict { background: var(--banner-bad); color: var(--banner-ink); }
.incomplete > .verdict { background: var(--banner-neutral); color: var(--banner-ink); }
.part > .verdict { background: var(--doubtful-ground); color: var(--ink); border-block: 6px dashed var(--doubtful); }
.part h1 { color: var(--doubtful); }
.verdict .subject { font-size: .9375rem; }
h1 { font-size: clamp(2rem, 7vw, 3.25rem); line-height: 1.15; font-weight: 800; letter-spacing: .01em; }
h1 .exit { display: inline-block; margin-left: .35em; padding: .15em .6em; border: 1.5px solid currentcolor; border-radius: 99px; font-size: 1rem; font-weight: 600; letter-spacing: 0; vertical-align: .45em; }
.verdict .meaning { margin-top: .35rem; font-size: 1.125rem; max-width: 46rem; }
.notices { padding-block: .75rem; }
.masthead > .notices { max-width: none; padding-inline: max(1.5rem, calc((100% - 68rem) / 2 + 1.5rem)); background: var(--ground); color: var(--tone); font-weight: 600; }
.tally { padding-top: 1.25rem; }
.tally > svg { display: block; border-radius: 6px; background: var(--neutral-ground); }
.tally ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: .6rem; }
.tally li { color: var(--tone); }
.run { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .7rem 1.5rem; padding-top: 1.1rem; }
.run dt { color: var(--soft); font-size: .8125rem; font-weight: 600; }

nav { background: var(--card); border-bottom: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
nav a { display: block; padding-block: .65rem; font-weight: 600; text-decoration: none; }
nav a:hover { text-decoration: underline; }

main { padding-block: .5rem 2.5rem; }
section { margin-top: 2.25rem; scroll-margin-top: 1rem; }
h2 { font-size: 1.5rem; line-height: 1.25; }
h3 { font-size: 1.0625rem; line-height: 1.35; }
.lead { margin-top: .25rem; color: var(--soft); }
footer { padding-block: 1.25rem 2.5rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }

@media (max-width: 40rem) {
  .masthead > *, nav > ul, main, footer { padding-inline: 1rem; }
  .masthead > .verdict { padding: 1.25rem 1rem; }
  .masthead > .notices { padding-inline: 1rem; }
  .run { grid-template-columns: 1fr 1fr; gap: .6rem 1rem; }
  nav ul { gap: 0 1.1rem; }
  nav ul { padding-block: .35rem; }
  nav a { padding-block: .3rem; }
}
`
