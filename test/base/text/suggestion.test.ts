import { describe, expect, it } from 'vitest'
import { pathSuggestionHint } from '../../../src/base/text/wording.js'

describe('a name of a path', () => {
  const paths = ['bus/secrets/key', 'edge/secrets/key', 'edge/config/port']

  it.each([
    ['key', 'did you mean bus/secrets/key or edge/secrets/key?'],
    ['config/port', 'did you mean edge/config/port?'],
    ['edge/config/prt', 'did you mean edge/config/port?'],
    ['nothing-like-it', undefined],
    // The end of a segment is not its name.
    ['ort', undefined],
  ])('%s', (name, hint) => {
    expect(pathSuggestionHint(name, paths)).toBe(hint)
  })
})
