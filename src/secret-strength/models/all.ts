import { addresses, dates, uuid, separators } from './dates.js'
import { constants } from './constants.js'
import { copies } from './copies.js'
import { keyboardWalks, sequences } from './keyboard.js'
import type { SpanModel, StreamModel } from './model.js'
import { randomModels } from './random.js'
import { siteWords, words } from './words.js'
import { textModels } from './text.js'

/** What a secret may be made of. The parser takes any mixture of these, in any order. */
export const spanModels: readonly SpanModel[] = [
  separators,
  words,
  siteWords,
  copies,
  sequences,
  keyboardWalks,
  dates,
  addresses,
  constants,
  uuid,
]

export const streamModels: readonly StreamModel[] = [...randomModels, ...textModels]
