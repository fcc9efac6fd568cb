export { assessSecret } from './assess.js'
export {
  type Assessment,
  type BitBucket,
  bitBuckets,
  type ByteBucket,
  byteBuckets,
  type StrengthContext,
} from './reasons.js'
export { knownSecretMatcher, type KnownSecretMatcher } from './secret-references.js'
export { type LayerName, layerNames } from './layers/encoding-layer.js'
export { type ReasonCode, reasonCodes, reasonTexts } from './reasons.js'
export { type SearchForm, searchForms } from './secret-references.js'
