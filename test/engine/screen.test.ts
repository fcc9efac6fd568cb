import { expect, it, onTestFinished } from 'vitest'
import { Screen } from '../../src/engine/live/screen.js'
import { Terminal } from './terminal.js'

it('stays with a question that came before the first frame, and keeps the lines that came before it', () => {
  const terminal = new Terminal()
  const screen = new Screen(terminal.stream)
  onTestFinished(() => screen.close())
  screen.suspend(['a line before'])
  screen.open()
  screen.draw([], ['the window'])
  expect(terminal.text).toBe('a line before')
  expect(terminal.isCursorShown).toBe(true)
  terminal.write('? a question  answered\n')
  screen.resume()
  screen.draw(['a line after'], ['the window'])
  expect(terminal.text.split('\n')).toEqual(['a line before', '? a question  answered', 'a line after', 'the window'])
})
