import { neutralise, withoutLogCommands } from './terminal-text.js'

/**
 * HTML of this program, in which every text from elsewhere is escaped. Only `html` makes one of texts that are not
 * constants.
 */
export class Markup {
  readonly #source: string

  /** @param source HTML that is in this program, never text of a document */
  constructor(source: string) {
    this.#source = source
  }

  toString(): string {
    return this.#source
  }
}

/** What may be between the tags: HTML as it is, text escaped, lists one after the other, `undefined` as nothing. */
export type Content = Markup | string | number | undefined | readonly Content[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * HTML from a template. Whatever is filled in is escaped for text between tags and for attributes in quotes alike;
 * control characters and bidirectional overrides become visible escapes.
 *
 * @throws Error for an attribute without quotes, where escaping would not be enough
 */
export function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const parts = literals.map((literal, index) => {
    if (index === contents.length) return literal
    if (literal.endsWith('=')) throw new Error(`an attribute without quotes: ${literal.slice(-40)}`)
    return literal + source(contents[index])
  })
  return new Markup(parts.join(''))
}

/** Text for HTML, safe between tags and within quotes. */
export function escape(text: string): string {
  return withoutLogCommands(neutralise(text.replaceAll('\r\n', '\n'), { keepNewlines: true })).replace(
    /[&<>"']/g,
    (character) => entities[character] ?? '',
  )
}

function source(content: Content): string {
  if (content === undefined) return ''
  if (content instanceof Markup) return content.toString()
  if (typeof content === 'string') return escape(content)
  if (typeof content === 'number') return String(content)
  return content.map(source).join('')
}
