/**
 * The syntax of patterns in `matches`: what RE2 and every host agree on, without what no linear engine can do
 * (back-references, look-around). Case is always significant: `lowerAscii()` is there for the rest.
 */
export type PatternNode =
  | { readonly kind: 'set'; readonly has: (codePoint: number) => boolean }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number }

export type Assertion = 'start' | 'end' | 'word-boundary' | 'no-word-boundary'

/** A pattern that cannot be used; the message says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

const longestPattern = 1000
const mostRepeats = 1000

/** @throws PatternError */
export function parsePattern(source: string): PatternNode {
  if (source.length > longestPattern) throw new PatternError(`the pattern is longer than ${longestPattern} characters`)
  return new PatternParser([...source]).parse()
}

type CodePointSet = (codePoint: number) => boolean
const inRange = (first: number, last: number): CodePointSet => (codePoint) => codePoint >= first && codePoint <= last
const code = (character: string): number => character.codePointAt(0)!

const isDigit = inRange(0x30, 0x39)
export const isWordCharacter: CodePointSet = (point) => isDigit(point) || inRange(0x41, 0x5a)(point) || inRange(0x61, 0x7a)(point) || point === 0x5f
// RE2's \s: ASCII only, without the vertical tab that hosts add.
const isSpace: CodePointSet = (point) => point === 0x20 || point === 0x09 || point === 0x0a || point === 0x0c || point === 0x0d
const not = (set: CodePointSet): CodePointSet => (point) => !set(point)

const classEscapes: Readonly<Record<string, CodePointSet>> = { d: isDigit, D: not(isDigit), w: isWordCharacter, W: not(isWordCharacter), s: isSpace, S: not(isSpace) }
const characterEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }
const isPunctuation = (character: string): boolean => /^[!-/:-@[-`{-~]$/.test(character)

class PatternParser {
  #at = 0

  constructor(readonly characters: readonly string[]) {}

  parse(): PatternNode {
    const whole = this.#choice()
    if (this.#at < this.characters.length) throw new PatternError('unmatched )')
    return whole
  }

  #choice(): PatternNode {
    const options = [this.#sequence()]
    while (this.#take('|')) options.push(this.#sequence())
    return options.length === 1 ? options[0]! : { kind: 'choice', options }
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (this.#at < this.characters.length && this.#next !== '|' && this.#next !== ')') parts.push(this.#repeated(this.#atom()))
    return { kind: 'sequence', parts }
  }

  #repeated(part: PatternNode): PatternNode {
    const bounds = this.#quantifier()
    if (bounds === undefined) return part
    if (part.kind === 'assert') throw new PatternError('nothing to repeat: an anchor cannot be repeated')
    this.#take('?') // lazy or greedy makes no difference to whether a text matches
    if (this.#quantifier() !== undefined) throw new PatternError('a quantifier cannot follow another')
    return { kind: 'repeat', part, ...bounds }
  }

  #quantifier(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Infinity }
    if (this.#take('+')) return { least: 1, most: Infinity }
    if (this.#take('?')) return { least: 0, most: 1 }
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.characters.slice(this.#at, this.#at + 12).join(''))
    if (this.#next === '{' && counted === null) throw new PatternError('a literal { must be escaped')
    if (counted === null) return undefined
    const [text, first = '', comma, last = ''] = counted
    const least = Number(first)
    const most = comma === undefined ? least : last === '' ? Infinity : Number(last)
    if (most < least) throw new PatternError('a repeat must not end below its start')
    if (least > mostRepeats || (most !== Infinity && most > mostRepeats)) throw new PatternError(`a repeat may count to ${mostRepeats} at most`)
    this.#at += text.length
    return { least, most }
  }

  #atom(): PatternNode {
    const character = this.#advance()
    switch (character) {
      case '(':
        return this.#group()
      case '[':
        return { kind: 'set', has: this.#class() }
      case '.':
        return { kind: 'set', has: (point) => point !== 0x0a }
      case '^':
        return { kind: 'assert', what: 'start' }
      case '$':
        return { kind: 'assert', what: 'end' }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        throw new PatternError(`nothing to repeat before ${character}`)
      case '{':
      case '}':
      case ']':
        throw new PatternError(`a literal ${character} must be escaped`)
      default:
        return literal(character)
    }
  }

  #group(): PatternNode {
    if (this.#take('?') && !this.#take(':')) throw new PatternError('only ( ) and (?: ) groups can be used: look-around and flags cannot be matched in linear time')
    const inside = this.#choice()
    if (!this.#take(')')) throw new PatternError('unclosed (')
    return inside
  }

  #escape(): PatternNode {
    const character = this.#advance()
    if (character === 'b') return { kind: 'assert', what: 'word-boundary' }
    if (character === 'B') return { kind: 'assert', what: 'no-word-boundary' }
    const set = classEscapes[character]
    return set === undefined ? literal(this.#escaped(character)) : { kind: 'set', has: set }
  }

  #escaped(character: string): string {
    const named = characterEscapes[character]
    if (named !== undefined) return named
    if (character === 'x') {
      const digits = this.#advance() + this.#advance()
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) throw new PatternError('\\x needs two hexadecimal digits')
      return String.fromCodePoint(Number.parseInt(digits, 16))
    }
    if (/^[1-9]$/.test(character)) throw new PatternError('back-references cannot be matched in linear time')
    if (!isPunctuation(character)) throw new PatternError(`unknown escape \\${character}`)
    return character
  }

  #class(): CodePointSet {
    const negated = this.#take('^')
    const sets: CodePointSet[] = []
    while (this.#next !== ']') sets.push(this.#classItem())
    this.#at += 1
    if (sets.length === 0) throw new PatternError('an empty [ ] matches nothing')
    const has: CodePointSet = (point) => sets.some((set) => set(point))
    return negated ? not(has) : has
  }

  #classItem(): CodePointSet {
    const first = this.#classCharacter()
    if (typeof first !== 'string') return first
    const isRange = this.#next === '-' && this.characters[this.#at + 1] !== ']'
    if (!isRange) return inRange(code(first), code(first))
    this.#at += 1
    const last = this.#classCharacter()
    if (typeof last !== 'string' || code(last) < code(first)) throw new PatternError('a range must go from a lower to a higher character')
    return inRange(code(first), code(last))
  }

  #classCharacter(): string | CodePointSet {
    const character = this.#advance('unclosed [')
    if (character === '[') throw new PatternError('a literal [ must be escaped')
    if (character !== '\\') return character
    const escaped = this.#advance()
    return classEscapes[escaped] ?? this.#escaped(escaped)
  }

  get #next(): string | undefined {
    return this.characters[this.#at]
  }

  #take(character: string): boolean {
    if (this.#next !== character) return false
    this.#at += 1
    return true
  }

  #advance(atEnd = 'the pattern ends too early'): string {
    const character = this.#next
    if (character === undefined) throw new PatternError(atEnd)
    this.#at += 1
    return character
  }
}

function literal(character: string): PatternNode {
  const point = code(character)
  return { kind: 'set', has: (met) => met === point }
}
