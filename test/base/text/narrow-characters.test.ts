import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { displayWidth } from '../../../src/base/text/terminal-text.js'

it('agrees with the library on every character that is measured without it, alone and beside any other', () => {
  const known = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => displayWidth(`${character}x`) === 2 && displayWidth(`${character}${character}`) === 2,
  )
  expect(known.length).toBeGreaterThan(1000)
  const texts = known.flatMap((character) => ['', 'a', '1', '✔', '©', '‼', '…'].map((other) => character + other))
  // An expectation for each would take ten times as long as what it looks at.
  expect(texts.filter((text) => displayWidth(text) !== stringWidth(text))).toEqual([])
})
