import { describe, expect, test } from 'vitest'
import { readingOf } from '../../src/redaction/span.js'
import { shapedSpans } from '../../src/redaction/shapes/all-shapes.js'

/**
 * How many characters are looked at while `run` runs: by patterns from where each begins to the end of its match, or of
 * the text where a search finds nothing; by searches for a word likewise. Counted, since a clock tells of the machine.
 */
function charactersRead(run: () => void): number {
  let read = 0
  const { exec } = RegExp.prototype
  const { indexOf, lastIndexOf } = String.prototype
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    const from = this.sticky || this.global ? this.lastIndex : 0
    const match = exec.call(this, text)
    const isBound = this.sticky || (this.source.startsWith('^') && !this.multiline)
    read += match === null ? (isBound ? 1 : Math.max(0, text.length - from)) : match.index + match[0].length - from
    return match
  }
  String.prototype.indexOf = function (this: string, word: string, from = 0) {
    const at = indexOf.call(this, word, from)
    read += (at < 0 ? this.length : at) - from
    return at
  }
  String.prototype.lastIndexOf = function (this: string, word: string, from = this.length) {
    const at = lastIndexOf.call(this, word, from)
    read += from - Math.max(0, at)
    return at
  }
  try {
    run()
  } finally {
    RegExp.prototype.exec = exec
    String.prototype.indexOf = indexOf
    String.prototype.lastIndexOf = lastIndexOf
  }
  return read
}

/** Characters of the longer text. */
const length = process.env['PREFLIGHT_DEEP'] === undefined ? 2 ** 17 : 2 ** 20
const filled = (unit: string, characters: number): string =>
  unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters)

/** What a text may be full of so that a shape begins again and again, and never ends. */
const UNITS: readonly string[] = [
  '\\',
  '"',
  "'",
  '\\"',
  '\\\\\\"name\\\\\\":',
  'name: X_TOKEN\n  value: ',
  'name:X_TOKEN,value:',
  'value: a\n  name: ',
  'value: ',
  'value:\\\\\\"',
  'name: a b: ',
  'key: A, type: b, ',
  'key=a\\n',
  'token=null ',
  'token: ',
  'token',
  'password=\\',
  'password: |\n  ',
  '"token": "',
  'authorization: ',
  '"cookie": ',
  'AUTH ',
  'AUTH\\" ',
  'AUTH\\" \\"a ',
  'user a on ',
  'user a >b on ',
  'user a >',
  'user ',
  'SETUSER ',
  'requirepass ',
  'requirepass\\n',
  'auth-pass ',
  'set a auth-pass ',
  'set \\',
  'CONNECT {',
  'CONNECT {"sig":"',
  '"sig":"',
  '"sig":"a","jwt":"b",',
  '"jwt":"',
  '("a_token", ',
  '[\\"A_TOKEN\\",',
  '--password\\",',
  '--token ',
  '-cli -',
  '-----BEGIN PRIVATE KEY-----\n',
  '-----END PRIVATE KEY-----',
  'eyJ',
  'eyJ.',
  '<token>',
  '<a name="token" ',
  'ENV A_TOKEN ',
  'A_TOKEN = a -> ',
  '://a:',
  '://a@',
  '@tcp(',
  'machine a login b ',
  'a:1:b:c:',
  'name: "auth", args: [ ',
  '"auth": "',
  'SU',
  ' '.repeat(64),
  '\n'.repeat(64),
]

describe('the work of looking for shapes grows as the text does', () => {
  test.each(UNITS.map((unit) => [unit]))('in a text full of %j', (unit) => {
    const [half, whole] = [length / 2, length].map((characters) => {
      const reading = readingOf(filled(unit, characters))
      return charactersRead(() => shapedSpans(reading))
    })
    expect(whole!).toBeLessThan(2.2 * half!)
    expect(whole! / length).toBeLessThan(500)
  })
})
