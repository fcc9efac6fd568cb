import { CREDENTIAL_WORD } from '../secret-name.js'
import { matchesAt } from './anchors.js'
import { isPlainValue } from './plain-value.js'
import type { Shape } from './shape.js'

const ANCHORS = ['pass', 'pwd', 'secret', 'token', 'credential', '_auth', 'rediscli_auth', 'key', 'accesssignature']

/** After the name: the end of its tag, or its element and the beginning of the one that holds the value. */
const ELEMENT = new RegExp(
  `(?:${CREDENTIAL_WORD})(?:["']?(?:\\s[^<>]{0,200})?>|</[\\w.:-]{1,64}>\\s{0,64}<[\\w.:-]{1,64}>)\\s{0,64}(?:<!\\[CDATA\\[)?(?<secret>[^<>]{1,4096}?)\\s{0,64}(?:\\]\\]>\\s{0,64})?</`,
  'diy',
)

/**
 * Elements of XML: `<password>x</password>`, `<property name="password">x</property>`,
 * `<name>PASSWORD</name><value>x</value>`.
 */
export const markupElement: Shape = {
  anchors: ANCHORS,
  find: ({ text }, places) =>
    matchesAt(text, ELEMENT, places(ANCHORS)).flatMap((match) => {
      const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0]
      return isPlainValue(text.slice(start, end).trim()) ? [] : [{ start, end }]
    }),
}
