/** The list of every check, and what narrows it down. */
export const list = `
.filters { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; margin-top: .75rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.filters label > span:first-child, legend { color: var(--soft); font-size: .8125rem; font-weight: 600; }
.filters .find { flex: 1 1 16rem; }
.filters input[type="search"], select { display: block; width: 100%; min-height: 2.5rem; padding: .35rem .6rem; border: 1px solid var(--soft); border-radius: 6px; background: var(--card); color: var(--ink); font: inherit; }
::placeholder { color: var(--soft); opacity: 1; }
fieldset { flex: 1 1 100%; display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: .2rem; }
.chip { position: relative; }
.chip input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.filters .chip > span { display: inline-block; padding: .3rem .8rem; border: 1.5px solid var(--tone); border-radius: 99px; background: var(--card); color: var(--tone); font-size: .9375rem; font-weight: 600; }
.filters .chip .count { color: inherit; }
.filters .chip input:checked + span { background: var(--tone); color: var(--card); }
.filters .chip input:focus-visible + span { outline: 3px solid var(--focus); outline-offset: 2px; }
.shown { flex: 1 1 100%; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
.buttons { display: flex; gap: .5rem; }
button { min-height: 2.25rem; padding: .2rem .9rem; border: 1px solid var(--soft); border-radius: 6px; background: var(--card); color: var(--ink); font: inherit; cursor: pointer; }
button:hover { background: var(--neutral-ground); }

.stage { margin-top: 1.25rem; }
.stage > h3 { text-transform: capitalize; }
.checks { margin-top: .4rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: hidden; }
.checks > li + li { border-top: 1px solid var(--line); }
.check { border-left: 4px solid transparent; contain: paint; scroll-margin-top: 1rem; }
.check:not(.good, .neutral) { border-left-color: var(--tone); }
.check > summary { display: grid; grid-template-columns: 9rem minmax(0, 1fr) auto; gap: 0 .75rem; align-items: baseline; padding: .45rem 1rem .45rem .75rem; list-style: none; }
.check > summary::-webkit-details-marker { display: none; }
.check > summary:hover { background: var(--sunk); }
.check > summary:focus-visible { outline-offset: -3px; }
.check > summary > .badge { justify-self: start; }
.check .title, .check .said { display: block; font-size: .9375rem; color: var(--soft); }
.check .said { color: var(--ink); }
.check .meta { display: grid; grid-template-columns: 4.5rem 4rem 1rem; font-size: .875rem; color: var(--soft); white-space: nowrap; }
.check .meta > span:last-child { text-align: right; font-variant-numeric: tabular-nums; }
.check .meta::after { content: ""; justify-self: end; align-self: center; width: .45rem; height: .45rem; border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(45deg) translate(-2px, -2px); }
.check[open] .meta::after { transform: rotate(-135deg) translate(-2px, -2px); }
.check .body { padding: .5rem 1rem 1rem .75rem; border-top: 1px dashed var(--line); }
@media (max-width: 40rem) {
  .filters { padding: .9rem; }
  .filters > label:not(.find) { flex: 1 1 8rem; }
  .check > summary { grid-template-columns: minmax(0, 1fr) auto; gap: .25rem .5rem; padding: .6rem .75rem .6rem .6rem; }
  .check > summary > .name { grid-column: 1 / -1; grid-row: 2; }
  .check .meta { grid-template-columns: auto auto .6rem; gap: .75rem; }
  .check .body { padding-inline: .6rem .75rem; }
}
`
