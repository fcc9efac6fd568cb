import { createHash } from 'node:crypto'
import type { VerdictWords } from '../wording/verdict-words.js'
import { iconSheet } from './status.js'
import { html, Markup } from '../../base/text/markup.js'
import { script, style } from './assets.js'

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
