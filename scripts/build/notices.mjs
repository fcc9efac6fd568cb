// What others wrote of the bundles: each package's name, version and licence, and the text of the licence.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The packages that files come from, in the order of their names.
 *
 * @param files by their paths
 * @throws Error when another version is installed than the lock names, since that one was tested
 */
export function packagesOf(files) {
  const { packages: locked } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))
  const packages = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const path = folder.slice(folder.indexOf('node_modules/'))
    if (locked[path]?.version !== version)
      throw new Error(`${path} is ${version}, package-lock.json has ${locked[path]?.version}: run \`npm ci\` first`)
    return [`${name}@${version}`, { folder, name, version, license }]
  })
  // A package may be installed in several places.
  return [...new Map(packages).values()].sort((one, other) =>
    `${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1,
  )
}

/** The text of `THIRD-PARTY-NOTICES`. */
export function noticesOf(packages) {
  const parts = packages.map(({ folder, name, version, license }) =>
    [`${name}@${version}  ${license ?? 'none named'}`, ...licenceTexts(folder)].join('\n\n'),
  )
  return ['preflight contains these packages. Each is followed by its licence.', ...parts, ''].join(
    `\n\n${'-'.repeat(80)}\n\n`,
  )
}

function licenceTexts(folder) {
  const files = readdirSync(folder).filter((name) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name))
  const texts = files.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim())
  if (texts.length > 0) return texts
  const { author, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return [
    `(the package has no text of its licence; author: ${author?.name ?? author ?? 'not named'}, ${repository?.url ?? repository ?? ''})`,
  ]
}
