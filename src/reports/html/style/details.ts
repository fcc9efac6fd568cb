/** What is known of one check, in cards and in the rows of the list. */
export const details = `
.card { margin-top: 1rem; padding: 1.1rem 1.25rem 1.2rem; background: var(--card); border: 1px solid var(--line); border-left: 6px solid var(--tone); border-radius: 8px; scroll-margin-top: 1rem; contain: paint; }
.card h3 code { font-size: 1em; font-weight: 700; }
.card > * + *, .body > * + * { margin-top: .75rem; }
.badges { display: flex; flex-wrap: wrap; gap: .4rem; }
.card > .badges { margin-top: .5rem; }
.badge { display: inline-block; padding: .05rem .6rem; border-radius: 99px; background: var(--ground); color: var(--tone); font-size: .8125rem; font-weight: 650; white-space: nowrap; }
.badge.plain { --ground: var(--neutral-ground); --tone: var(--ink); font-weight: 400; white-space: normal; }
.should .label { margin-right: .35rem; }
.message { white-space: pre-wrap; }
.card > .message, .card .expectations > li > .message { font-weight: 600; }
.expectations, .particulars, .holds-up ul, .notes, .diagnostics { display: grid; grid-template-columns: minmax(0, 1fr); }
.expectations { gap: .75rem; }
.expectations > li { padding-left: .85rem; border-left: 3px solid var(--line); }
.expectations .particulars { margin-top: .15rem; }
.fix { padding: .7rem .9rem; background: var(--good-ground); border-radius: 6px; }
.fix .label { color: var(--good); }
.fix p { white-space: pre-wrap; }
.particulars { gap: .3rem; font-size: .9375rem; }
.particulars > div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0 .75rem; }
.particulars dt { color: var(--soft); }
#not-covered .particulars > div { grid-template-columns: minmax(10rem, 16rem) minmax(0, 1fr); }
#not-covered h3 { margin: .9rem 0 .35rem; }
summary { cursor: pointer; }
.observed > summary, .holds-up > summary, .folded > summary { display: inline-block; padding-block: .2rem; color: var(--link); font-weight: 600; }
.observed > summary::before, .holds-up > summary::before, .folded > summary::before { content: "▸ "; }
.observed[open] > summary::before, .holds-up[open] > summary::before, .folded[open] > summary::before { content: "▾ "; }
.observed > summary::-webkit-details-marker { display: none; }
.facts { margin-top: .35rem; padding: .5rem .9rem; background: var(--sunk); border-radius: 6px; font-size: .9375rem; max-height: 30rem; overflow-y: auto; }
.facts > div { display: grid; grid-template-columns: minmax(7rem, 14rem) minmax(0, 1fr); gap: 0 1rem; padding-block: .15rem; }
.facts > div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); }
.holds-up ul { margin-top: .25rem; gap: .2rem; }
.notes { margin-top: .75rem; gap: .9rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.notes p { margin-top: .2rem; white-space: pre-wrap; }
@media (max-width: 40rem) {
  .card { padding: .9rem .9rem 1rem; }
  .particulars > div, #not-covered .particulars > div, .facts > div { grid-template-columns: minmax(0, 1fr); }
  .facts > div { padding-block: .3rem; }
}
`
