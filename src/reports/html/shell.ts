import { createHash } from 'node:crypto'
import type { VerdictWords } from '../wording/verdict-words.js'
import { iconSheet } from './html-page.js'
import { html, Markup } from '../../base/text/markup.js'
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

/**
 * The only script and style that may take effect are the ones that are in this program; nothing may be loaded from
 * anywhere.
 */
const policy = [
  "default-src 'none'",
  `script-src '${digestOf(script)}'`,
  `style-src '${digestOf(style)}'`,
  // The picture in the browser's tab; without one, a page that comes from a server asks for /favicon.ico.
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const iconColours: Readonly<Record<VerdictWords['kind'], string>> = {
  go: '17663a',
  part: 'b7791f',
  'no-go': 'b01722',
  incomplete: '4d5866',
}

/** A whole page around what is in it. */
export function shell(title: string, kind: VerdictWords['kind'], body: Markup): Markup {
  const icon = `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%23${iconColours[kind]}'/%3E%3C/svg%3E`
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${icon}">
<style>${new Markup(style)}</style>
</head>
<body>
${iconSheet}
${body}
<script>${new Markup(script)}</script>
</body>
</html>
`
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
