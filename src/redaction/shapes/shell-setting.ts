import { CREDENTIAL_WORD } from '../secret-name.js'
import { ANY_QUOTE } from './escapes.js'
import { valuesAfter, valuesBehind } from './named-value.js'
import { matchesAt } from './anchors.js'
import type { Shape } from './shape.js'

const DOCKERFILE = /(?<![\w.-])(?:ENV|ARG)[ \t]{1,8}(?<name>[\w.-]{1,128})[ \t]{1,8}/y
const FISH =
  /(?<![\w.-])(?:set(?:[ \t]{1,4}--?[A-Za-z]{1,12}){1,5}|setenv|setx)[ \t]{1,4}(?<name>[\w.-]{1,128})[ \t]{1,8}/y
const DOCKERFILE_ANCHORS = ['env ', 'env\t', 'arg ', 'arg\t']

/**
 * Variables set with a blank before their value: a Dockerfile's `ENV NAME value`, fish's `set -x NAME value`, csh's
 * `setenv NAME value`.
 */
export const shellSetting: Shape = {
  anchors: [...DOCKERFILE_ANCHORS, 'set'],
  find: ({ text }, places) => [
    ...valuesAfter(text, DOCKERFILE, places(DOCKERFILE_ANCHORS), 'line'),
    ...valuesAfter(text, FISH, places(['set']), 'word'),
  ],
}

/** What a GitHub workflow asks its runner to mask. */
export const maskRequest: Shape = {
  anchors: ['::add-mask::'],
  find: ({ text }, places) => valuesBehind(text, matchesAt(text, /::add-mask::/iy, places(['::add-mask::'])), 'line'),
}

const WORDS = ['pass', 'pwd', 'secret', 'token', 'credential', '_auth', 'rediscli_auth', 'key', 'accesssignature']
const ARROW = new RegExp(
  `(?:${CREDENTIAL_WORD})${ANY_QUOTE}[ \\t]{0,8}[:=][ \\t]{0,8}(?:"[^"\\n]{0,1024}"|'[^'\\n]{0,1024}'|[^\\s"']{1,1024})[ \\t]{1,4}(?:->|=>|→)[ \\t]{1,4}`,
  'iy',
)

/** What stands after the arrow of a difference: `NAME = "a" -> "b"`. */
export const changedValue: Shape = {
  anchors: WORDS,
  find: ({ text }, places) => valuesBehind(text, matchesAt(text, ARROW, places(WORDS)), 'word'),
}
