import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

/** Keeps the definitions that ship as they were parsed, so that no start parses them. */
export async function writeDocuments() {
  const { parts } = await createRequire(import.meta.url)(resolve('dist/launch.cjs')).loadProgram(resolve('dist'))
  const { builtInDefinitions } = await parts.builtIn()
  mkdirSync('dist/documents')
  for (const { storedAs, content } of builtInDefinitions()) writeFileSync(storedAs, content)
}
