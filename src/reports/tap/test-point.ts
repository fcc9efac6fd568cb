import { stringify } from 'yaml'
import { escapeUnsafe } from '../../base/text/safe-json.js'
import { neutralise, withoutLogCommands } from '../../base/text/terminal-text.js'

export interface TestPoint {
  readonly isOk: boolean
  readonly description: string
  /** Why it was not judged. */
  readonly skip: string | undefined
  readonly diagnostics: Readonly<Record<string, unknown>> | undefined
}

/** A test point of TAP 14 with its YAML block (https://testanything.org/tap-version-14-specification.html). */
export function testPoint(number: number, { isOk, description, skip, diagnostics }: TestPoint): string {
  const line = `${isOk ? 'ok' : 'not ok'} ${number} - ${escape(description)}${skip === undefined ? '' : ` # SKIP ${escape(skip)}`}`
  return diagnostics === undefined ? line : `${line}\n${yamlBlock(diagnostics)}`
}

export function comment(text: string): string {
  return `# ${oneLine(text)}`
}

export function bailOut(reason: string): string {
  return `Bail out! ${oneLine(reason)}`
}

/** `#` would begin a directive, a line break the next line. */
function escape(text: string): string {
  return oneLine(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#')
}

function oneLine(text: string): string {
  return withoutLogCommands(neutralise(text.replace(/\s+/g, ' ').trim()))
}

/** Every string is quoted as in JSON: no text can end the block, be taken for a tag, or turn into another type. */
function yamlBlock(value: Readonly<Record<string, unknown>>): string {
  const plain: unknown = JSON.parse(JSON.stringify(value))
  const text = stringify(plain, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'QUOTE_DOUBLE',
    doubleQuotedAsJSON: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  })
  const lines = escapeUnsafe(text).trimEnd().split('\n')
  return ['  ---', ...lines.map((line) => `  ${line}`), '  ...'].join('\n')
}
