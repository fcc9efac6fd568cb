import { expect, it } from 'vitest'
import { placePath } from '../../../src/base/text/place-path.js'

it.each([
  [[], ''],
  [['command'], 'command'],
  [['command', 'argv', 4], 'command.argv[4]'],
  [['run', 2], 'run[2]'],
  [[0, 'name'], '[0].name'],
  [['statements', 0, 'values', 1], 'statements[0].values[1]'],
  [['environment', '4'], 'environment.4'],
])('%j is %s', (path, expected) => {
  expect(placePath(path)).toBe(expected)
})
