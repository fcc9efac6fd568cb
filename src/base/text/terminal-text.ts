const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001B': '\\e' }

/**
 * Makes text from outside safe for a terminal: every control character, bidirectional override and line separator
 * becomes a visible escape, so that a server's reply cannot repaint the screen or hide what follows.
 *
 * @param options.keepNewlines leaves `\n` and `\t` as they are, for text that is meant to have lines
 */
export function neutralise(text: string, options: { keepNewlines?: boolean } = {}): string {
  return text.replace(
    /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g,
    (character) => {
      if (options.keepNewlines === true && (character === '\n' || character === '\t')) return character
      return named[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`
    },
  )
}

/**
 * Text in which a build server that reads the log finds no command for itself: GitHub's `::name::` at the beginning of
 * a line and
 * `##[name]`, Azure's `##vso[name]` and TeamCity's `##teamcity[name]` anywhere. A space takes them apart.
 */
export function withoutLogCommands(text: string): string {
  return text.replace(/#(?=#\w*\[)/g, '# ').replace(/^([^\S\r\n\u2028\u2029]*:)(?=:[^\s:]+(?: [^\n]*?)?::)/gm, '$1 ')
}
