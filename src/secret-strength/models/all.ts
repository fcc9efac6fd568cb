import { addresses } from './addresses.js'
import { constants } from './constants.js'
import { copies } from './copies.js'
import { dates } from './dates.js'
import { keyboardWalks } from './keyboard.js'
import type { SpanModel, StreamModel } from './model.js'
import { randomModels } from './random.js'
import { separators } from './separators.js'
import { sequences } from './sequences.js'
import { siteWords } from './site-words.js'
import { textModels } from './text.js'
import { uuid } from './uuid.js'
import { words } from './words.js'

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
