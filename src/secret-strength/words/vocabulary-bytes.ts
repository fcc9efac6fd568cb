import { collectVocabulary } from './collect-vocabulary.js'
import { packVocabulary } from './packed-vocabulary.js'

/** The packed word lists. The build keeps them in a file, and puts a module that reads it in this module's place. */
export function vocabularyBytes(): Uint8Array {
  return packVocabulary(collectVocabulary())
}
