import { expect, it } from 'vitest'
import { trim } from '../../../sandbox/settings/rust.js'

it('trims the blanks of Unicode and nothing else', () => {
  expect(trim('\u0085\u00a0 \t\u2028a\u3000')).toBe('a')
  expect(trim('\ufeffa\u001c')).toBe('\ufeffa\u001c')
})
