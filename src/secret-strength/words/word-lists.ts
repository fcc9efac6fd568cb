import { createRequire } from 'node:module'
import type * as common from '@zxcvbn-ts/language-common'
import type * as english from '@zxcvbn-ts/language-en'

/**
 * The word lists of the `@zxcvbn-ts` language packages, read when they are asked for. The build packs what is made of
 * them, so that the program that ships has no need of them.
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
