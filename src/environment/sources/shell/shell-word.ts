/** A value of a shell's assignment, or what of it is refused and where. */
type ShellWord =
  | {
      readonly kind: 'word'
      readonly value: string
      readonly isKnown: boolean
      readonly missing: string
      readonly end: number
      readonly splits: boolean
    }
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly message: string
      readonly hint: string
      readonly at: number
    }

/** The value of a variable that is before, `undefined` when none does, `null` when it is unknown here. */
export type ShellLookup = (name: string) => string | undefined | null

const quoteIt = 'put the value in single quotes if it is literal text'

/**
 * Reads the value of an assignment as a POSIX shell does (XCU 2.2, 2.6.2): quotes, backslashes and references to
 * variables; nothing is run. Ends at a blank or a line end outside of quotes. `splits` tells that something in it,
 * behind `export`, some shells take apart or for a pattern of file names.
 */
export class WordReader {
  #value = ''
  #at: number
  #missing: string | undefined
  #splits = false

  constructor(
    readonly text: string,
    start: number,
    readonly lookup: ShellLookup,
  ) {
    this.#at = start
  }

  read(): ShellWord {
    const start = this.#at
    while (this.#at < this.text.length) {
      const character = this.text.charAt(this.#at)
      if (/[ \t\n]/.test(character)) break
      const refused = this.#step(character, start)
      if (refused !== undefined) return refused
    }
    return {
      kind: 'word',
      value: this.#value,
      isKnown: this.#missing === undefined,
      missing: this.#missing ?? '',
      end: this.#at,
      splits: this.#splits,
    }
  }

  #step(character: string, start: number): ShellWord | undefined {
    if (character === "'") return this.#single()
    if (character === '"') return this.#double()
    if (character === '$' || character === '`') return this.#dollar(false)
    if (/[;&|<>()]/.test(character))
      return this.#refuse(
        'shell-operator',
        'the value contains a shell operator: the line is more than an assignment',
        quoteIt,
      )
    if (character === '~' && (this.#at === start || this.text.charAt(this.#at - 1) === ':'))
      return this.#refuse(
        'home-folder',
        'a tilde means a home folder, which depends on the user who starts the shell',
        'write the folder in full, or put the value in quotes',
      )
    if (character === '\\') {
      if (this.#at + 1 >= this.text.length)
        return this.#refuse(
          'unfinished-escape',
          'the file ends in a backslash',
          'remove it, or write the character after it',
        )
      this.#keep(this.text.charAt(this.#at + 1).replace('\n', ''), 2)
      return undefined
    }
    if (/[*?[]/.test(character)) this.#splits = true
    this.#keep(character, 1)
    return undefined
  }

  #single(): ShellWord | undefined {
    const close = this.text.indexOf("'", this.#at + 1)
    if (close === -1) return this.#unterminated(this.#at)
    this.#keep(this.text.slice(this.#at + 1, close), close + 1 - this.#at)
    return undefined
  }

  #double(): ShellWord | undefined {
    const open = this.#at
    this.#at += 1
    while (this.#at < this.text.length) {
      const character = this.text.charAt(this.#at)
      const next = this.text.charAt(this.#at + 1)
      if (character === '"') {
        this.#at += 1
        return undefined
      }
      if (character === '$' || character === '`') {
        const refused = this.#dollar(true)
        if (refused !== undefined) return refused
      } else if (character === '\\' && next !== '' && '$`"\\\n'.includes(next)) this.#keep(next.replace('\n', ''), 2)
      else this.#keep(character, 1)
    }
    return this.#unterminated(open)
  }

  #dollar(isQuoted: boolean): ShellWord | undefined {
    const rest = this.text.slice(this.#at, this.#at + 200)
    const [whole, braced, plain] = /^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/.exec(rest) ?? []
    if (whole !== undefined) {
      const name = braced ?? plain ?? ''
      const found = this.lookup(name)
      if (typeof found !== 'string') this.#missing ??= braced === undefined ? '' : name
      if (!isQuoted) this.#splits = true
      this.#keep(found ?? '', whole.length)
      return undefined
    }
    if (rest.startsWith('$(') || rest.startsWith('`'))
      return this.#refuse('command', 'the shell would run a command here', `write the value itself; ${quoteIt}`)
    if (rest.startsWith('${'))
      return this.#refuse(
        'expansion',
        'this is a shell expansion other than ${NAME}',
        `write the value itself; ${quoteIt}`,
      )
    if (/^\$[0-9@*#?!$[-]/.test(rest))
      return this.#refuse(
        'expansion',
        'this is a parameter of the shell that starts the deployment',
        `write the value itself; ${quoteIt}`,
      )
    if (!isQuoted && /^\$['"]/.test(rest))
      return this.#refuse('expansion', 'a dollar sign before a quote: shells read it differently', quoteIt)
    this.#keep('$', 1)
    return undefined
  }

  #keep(characters: string, length: number): void {
    this.#value += characters
    this.#at += length
  }

  #unterminated(at: number): ShellWord {
    return {
      kind: 'refused',
      code: 'unterminated-quote',
      message: 'a quote is opened here but not closed',
      hint: 'close it, or put the value in the other kind of quotes',
      at,
    }
  }

  #refuse(code: string, message: string, hint: string): ShellWord {
    return { kind: 'refused', code, message, hint, at: this.#at }
  }
}
