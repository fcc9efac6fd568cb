import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builtinChecks, builtinRunbooks, packageRoot, builtinAlerts } from '../base/package.js'
import { DefinitionsError } from '../base/errors.js'
import { storedName, storedText } from '../definitions/built-in-documents.js'
import { readYamlDocument } from '../definitions/document.js'
import { Problems } from '../definitions/yaml-node.js'

/** What the build keeps of a file of definitions that ships. */
interface BuiltInDefinition {
  /** Below the package's folder. */
  readonly file: string
  /** Of what it keeps, below the package's folder. */
  readonly storedAs: string
  /** What it must keep. */
  readonly content: string
}

const root = fileURLToPath(packageRoot)

/** Parses every file of definitions that ships. */
export function builtInDefinitions(): readonly BuiltInDefinition[] {
  return [builtinAlerts, builtinChecks, builtinRunbooks]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => builtInDefinition(relative(root, path), readFileSync(path, 'utf8')))
}

function builtInDefinition(file: string, text: string): BuiltInDefinition {
  const problems = new Problems()
  const document = readYamlDocument(text, file, problems)
  if (document === undefined || problems.count > 0) throw new DefinitionsError(problems.found())
  return { file, storedAs: join('dist/documents', storedName(text)), content: storedText(document) }
}

/**
 * Parses every file of definitions that ships, and compares it with what the build keeps of it.
 *
 * @returns their number
 * @throws DefinitionsError naming each that differs
 */
export function verifyBuiltInDefinitions(): number {
  const problems = new Problems()
  const definitions = builtInDefinitions()
  for (const { file, storedAs, content } of definitions) {
    const position = { file, line: 1, column: 1 }
    if (!existsSync(join(root, storedAs)))
      problems.report(
        position,
        'not-in-build',
        'the file is not the one that the build parsed, so that it is parsed at every start',
        'install the package again, or run `npm run build` in its folder',
      )
    else if (readFileSync(join(root, storedAs), 'utf8') !== content)
      problems.report(
        position,
        'differs-from-build',
        `${storedAs} is not what the build makes of the file`,
        'install the package again, or run `npm run build` in its folder',
      )
  }
  if (problems.count > 0) throw new DefinitionsError(problems.found())
  return definitions.length
}
