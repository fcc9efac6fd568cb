import { readFileSync } from 'node:fs'

/** The stylesheet's files, in the order in which later ones win. */
const sheets = [
  // Both palettes. Every pair of ink and ground that occurs has a contrast of at least 4.5 (WCAG 2.2, level AA). Paper
  // keeps the light one.
  'colours.css',
  // The page as a whole: letters, the verdict, the sections.
  'structure.css',
  // What is known of one check, in cards and in the rows of the list.
  'details.css',
  // The list of every check, and what narrows it down.
  'list.css',
  // The bar of the counts, the waterfall, and the drawing of the needs.
  'charts.css',
  // On paper everything is open, nothing is narrowed down, and colours are on white.
  'paper.css',
]

/** The page's stylesheet. No element has a style of its own: the policy of the page forbids it. */
export const style = sheets.map(asset).join('')

/**
 * The page's own script: filters, opening what a link leads to, and opening everything for a printer. The page says all
 * without it. It reaches the browser as it is in the file.
 */
export const script = asset('page.js')

/** A file of the folder beside this one, which the build copies; on a line of its own. */
function asset(name: string): string {
  return `\n${readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8')}`
}
