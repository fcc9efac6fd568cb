import { withoutLogCommands } from '../../base/text/terminal-text.js'

/** An element of an XML document: its attributes, then either text or elements. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly content: string | readonly XmlElement[]
}

export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: XmlElement['content'] = [],
): XmlElement {
  return { name, attributes, content }
}

/**
 * A whole XML 1.0 document. Characters that no XML 1.0 document can hold, not even escaped, become U+FFFD
 * (https://www.w3.org/TR/xml/#charsets); line ends and tabs that a reader would normalise become references.
 */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, '')}`
}

function write({ name, attributes, content }: XmlElement, indentation: string): string {
  const start = `${indentation}<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`)
    .join('')}`
  if (content.length === 0) return `${start}/>\n`
  if (typeof content === 'string') return `${start}>${escapeText(content)}</${name}>\n`
  return `${start}>\n${content.map((child) => write(child, `${indentation}  `)).join('')}${indentation}</${name}>\n`
}

const impossible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu

/**
 * What XML allows and a terminal obeys: C1 controls, bidirectional overrides, invisible characters. A carriage return
 * would be normalised.
 */
const unsafe = /[\r\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g

function escapeText(text: string): string {
  const markup = withoutLogCommands(text)
    .replace(impossible, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  return markup.replace(unsafe, (character) => `&#${character.charCodeAt(0)};`)
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
