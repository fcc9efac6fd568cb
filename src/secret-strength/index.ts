export { assessSecret } from './assess.js'
export { type Assessment, type StrengthContext } from './reasons.js'
export { knownSecretMatcher } from './secret-references.js'

export { type ReasonCode, reasonCodes, reasonTexts } from './reasons.js'
export { searchForms } from './secret-references.js'
