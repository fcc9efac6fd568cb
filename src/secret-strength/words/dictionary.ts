import { unpackVocabulary, type Dictionary, packVocabulary } from './packed-vocabulary.js'
import { collectVocabulary } from './collect-vocabulary.js'

let loaded: Dictionary | undefined

/**
 * The word lists, read on first use: `import` of this file costs nothing, since every run of the program would pay for
 * it.
 */
export function dictionary(): Dictionary {
  loaded ??= unpackVocabulary(vocabularyBytes())
  return loaded
}

/** The packed word lists. The build keeps them in a file, and puts a module that reads it in this module's place. */
export function vocabularyBytes(): Uint8Array {
  return packVocabulary(collectVocabulary())
}
