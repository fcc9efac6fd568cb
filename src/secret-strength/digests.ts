import { createHash } from 'node:crypto'
import { bytesOf, type Layer } from './layers/encoding-layer.js'
import { dictionary } from './words/dictionary.js'

/** Bytes of MD5, SHA-1, SHA-256 and SHA-512: `echo password | sha256sum` is advice that people follow. */
const algorithmBySize = new Map([
  [16, 'md5'],
  [20, 'sha1'],
  [32, 'sha256'],
  [64, 'sha512'],
])

const tables = new Map<string, ReadonlySet<string>>()

/**
 * Whether any reading is a digest of one of the thousand commonest words, of one of the deployment's own, or of
 * nothing; with and
 * without a final newline. A digest of an unknown word looks random, and no tool can tell.
 *
 * @param siteWords lower-case words of the deployment
 */
export function isDigestOfCommonWord(layers: readonly Layer[], siteWords: readonly string[]): boolean {
  return layers.some((layer) => {
    const bytes = bytesOf(layer)
    const algorithm = algorithmBySize.get(bytes.length)
    if (algorithm === undefined || !layer.binary) return false
    const digest = bytes.toString('latin1')
    return tableOf(algorithm).has(digest) || digestsOf(algorithm, siteWords).has(digest)
  })
}

/** Computed once per algorithm, on first use: two thousand digests are a few milliseconds. */
function tableOf(algorithm: string): ReadonlySet<string> {
  let table = tables.get(algorithm)
  if (table === undefined) {
    table = digestsOf(algorithm, ['', ...dictionary().commonest])
    tables.set(algorithm, table)
  }
  return table
}

function digestsOf(algorithm: string, words: readonly string[]): ReadonlySet<string> {
  const digests = new Set<string>()
  for (const word of words) {
    for (const text of [word, `${word}\n`]) digests.add(createHash(algorithm).update(text).digest('binary'))
  }
  return digests
}
