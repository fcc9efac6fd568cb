/** The bar of the counts, the waterfall, and the drawing of the needs. */
export const charts = `
.fill-good { fill: var(--good); } .fill-bad { fill: var(--bad); } .fill-doubtful { fill: var(--doubtful); } .fill-held { fill: var(--held); } .fill-neutral { fill: var(--neutral); }
.waterfall { margin-top: .75rem; padding: .9rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; font-size: .875rem; }
.waterfall li, .axis { display: grid; grid-template-columns: minmax(0, 23rem) minmax(0, 1fr) 4rem; gap: 0 1rem; align-items: center; }
.waterfall li:hover { background: var(--sunk); }
.axis svg { grid-column: 2; display: block; overflow: visible; }
.axis text { fill: var(--soft); font-size: .8125rem; }
.axis .at { text-anchor: middle; } .axis .to { text-anchor: end; }
.label-of { padding-block: .1rem; }
.lane { align-self: stretch; min-height: 1.5rem; display: flex; align-items: center; border-inline: 1px solid var(--line); background: repeating-linear-gradient(to right, var(--line) 0 1px, transparent 1px calc(100% / var(--parts))); }
.lane svg { display: block; overflow: visible; }
.parts-1 { --parts: 1; } .parts-2 { --parts: 2; } .parts-3 { --parts: 3; } .parts-4 { --parts: 4; } .parts-5 { --parts: 5; } .parts-6 { --parts: 6; } .parts-7 { --parts: 7; } .parts-8 { --parts: 8; }
.lane rect { stroke-width: 2; stroke-linejoin: round; }
.bar-good { fill: var(--good); stroke: var(--good); } .bar-bad { fill: var(--bad); stroke: var(--bad); } .bar-doubtful { fill: var(--doubtful); stroke: var(--doubtful); }
.bar-held { fill: var(--held); stroke: var(--held); } .bar-neutral { fill: var(--neutral); stroke: var(--neutral); }
.waterfall .took { text-align: right; font-variant-numeric: tabular-nums; }
.needs { margin-top: .75rem; padding: .9rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; font-size: .875rem; }
.needs li { position: relative; }
.needs li.column-0:not(:first-child) { margin-top: .5rem; }
.column-1 { padding-left: 20px; } .column-2 { padding-left: 38px; } .column-3 { padding-left: 56px; } .column-4 { padding-left: 74px; } .column-5 { padding-left: 92px; }
.column-6 { padding-left: 110px; } .column-7 { padding-left: 128px; } .column-8 { padding-left: 146px; } .column-9 { padding-left: 164px; }
.needs li > svg { position: absolute; left: 0; top: 0; }
.waterfall a, .needs a { color: inherit; text-decoration: none; }
.waterfall a:hover, .needs a:hover { color: var(--link); text-decoration: underline; }
.needs line, .needs path { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.needs .held-up { stroke: var(--bad); stroke-width: 2.5; stroke-dasharray: 4 2; }
.node { display: block; padding-block: 2px; line-height: 22px; }
@media (max-width: 40rem) {
  .waterfall, .needs { padding: .75rem .9rem; }
  .waterfall li { grid-template-columns: minmax(0, 1fr) auto; gap: 0 .5rem; padding-block: .15rem; }
  .waterfall .lane { grid-column: 1 / -1; grid-row: 2; min-height: 14px; }
  .axis { grid-template-columns: minmax(0, 1fr); }
  .axis svg { grid-column: 1; }
  :is(.parts-5, .parts-6, .parts-7, .parts-8) .axis text:nth-child(even) { display: none; }
}
`
