import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withSourcePositions } from '../../src/cli/report-error.js'
import { build } from '../e2e/built.js'

/** Where a text is in the bundle for the first time, as a stack says it. */
function placeOf(text: string): string {
  const before = readFileSync(join(build, 'preflight.cjs'), 'latin1').split(text, 1)[0]!.split('\n')
  return `${build}/preflight.cjs:${before.length}:${before.at(-1)!.length + 1}`
}

it('names the source of what is in the bundle, and leaves the rest as it is', () => {
  const bundled = placeOf('function formatDiagnostics(')
  expect(withSourcePositions(`Error: so\n    at formatDiagnostics (${bundled})\n    at node:fs:1:2`)).toMatch(
    /^Error: so\n {4}at formatDiagnostics \(src\/cli\/report-error\.ts:\d+:1\)\n {4}at node:fs:1:2$/,
  )
  expect(withSourcePositions(`    at ${bundled}`)).toMatch(/^ {4}at src\/cli\/report-error\.ts:\d+:1$/)
  expect(withSourcePositions('Error: so\n    at /elsewhere/dist/other.js:1:1')).toBe(
    'Error: so\n    at /elsewhere/dist/other.js:1:1',
  )
})
