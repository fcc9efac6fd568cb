/** On paper everything is open, nothing is narrowed down, and colours stand on white. */
export const paper = `
@media print {
  @page { margin: 14mm; }
  html { font-size: 11px; }
  body { --page: #ffffff; --sunk: #f6f7f9; }
  .skip, nav, .filters { display: none !important; }
  .masthead > *, main, footer { max-width: none; padding-inline: 0; }
  .masthead > .verdict { padding: .75rem 1rem; border: 2px solid currentcolor; background: none; }
  .part > .verdict { border-style: dashed; }
  .go > .verdict { color: var(--good); } .no-go > .verdict { color: var(--bad); } .incomplete > .verdict { color: var(--neutral); }
  .checks > li[hidden] { display: block !important; }
  .stage[hidden] { display: block !important; }
  details::details-content { display: block !important; content-visibility: visible !important; height: auto !important; }
  .facts { max-height: none; overflow: visible; columns: 2; column-gap: 2rem; }
  .check .meta::after { content: none; }
  .checks { overflow: visible; }
  .card, .check { contain: none; }
  h2, h3, .check > summary { break-after: avoid; }
  .expectations > li, .fix, .checks > li > details > summary, .waterfall li, .needs li, .facts > div, .particulars > div { break-inside: avoid; }
  .observed > summary::before, .holds-up > summary::before, .folded > summary::before { content: "" !important; }
  a { color: inherit; text-decoration: none; }
}
`
