import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { displayWidth } from '../../../src/base/text/display-width.js'

it('agrees with the library on every character that is measured without it, alone and beside any other', () => {
  const known = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => displayWidth(`${character}x`) === 2 && displayWidth(`${character}${character}`) === 2,
  )
  for (const character of known) {
    expect(displayWidth(character), character).toBe(stringWidth(character))
    for (const other of ['a', '1', '✔', '©', '‼', '…'])
      expect(displayWidth(character + other), character + other).toBe(stringWidth(character + other))
  }
})
