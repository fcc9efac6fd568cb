import { createRequire } from 'node:module'
import type * as common from '@zxcvbn-ts/language-common'
import type * as english from '@zxcvbn-ts/language-en'

/**
 * The word lists of the `@zxcvbn-ts` language packages, read when they are asked for. The build puts a module that has
 * them in a file of their own in this module's place.
 */
export function wordLists(): {
  readonly common: typeof common.dictionary
  readonly english: typeof english.dictionary
} {
  const require = createRequire(import.meta.url)
  return {
    common: (require('@zxcvbn-ts/language-common') as typeof common).dictionary,
    english: (require('@zxcvbn-ts/language-en') as typeof english).dictionary,
  }
}
