import { unpackVocabulary, type Dictionary } from './packed-vocabulary.js'
import { vocabularyBytes } from './vocabulary-bytes.js'

let loaded: Dictionary | undefined

/**
 * The word lists, read on first use: `import` of this file costs nothing, since every run of the program would pay for
 * it.
 */
export function dictionary(): Dictionary {
  loaded ??= unpackVocabulary(vocabularyBytes())
  return loaded
}
