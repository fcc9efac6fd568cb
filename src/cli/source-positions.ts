import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { join } from 'node:path'
import { packageRoot } from '../base/package.js'

/** A place in the bundle, as the frames of a stack name it. */
const place = /[^\s(]*dist\/preflight\.cjs:(\d+):(\d+)/g

/** The same stack with the files and lines of the sources where it names the bundle and the build has its map. */
export function withSourcePositions(stack: string): string {
  if (stack.search(place) < 0) return stack
  const map = readMap()
  return stack.replace(place, (found, line: string, column: string) => {
    const entry = map?.findEntry(Number(line) - 1, Number(column) - 1)
    return entry === undefined || !('originalSource' in entry)
      ? found
      : `${join('dist', entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  })
}

function readMap(): SourceMap | undefined {
  try {
    const text = readFileSync(new URL('dist/preflight.cjs.map', packageRoot), 'utf8')
    return new SourceMap(JSON.parse(text) as SourceMapPayload)
  } catch {
    // What is being reported matters more than where it was written.
    return undefined
  }
}
