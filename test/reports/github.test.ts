import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutLogCommands } from '../../src/base/text/terminal-text.js'
import { annotation, reporter } from '../../src/reports/github.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/**
 * Reads a line the way the runner does: `::name key=value,key=value::data`, else the older `##[name key=value;]data`
 * anywhere in it.
 */
function commandIn(line: string): Command | undefined {
  const [, name, properties = '', data = ''] = /^\s*::([^\s:]+)(?: (.*?))?::(.*)$/s.exec(line) ?? []
  if (name === undefined) return /##\[[^\]]*\]/.test(line) ? { name: 'older', properties: {}, data: line } : undefined
  const pairs = properties
    .split(',')
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))])
  return { name, properties: Object.fromEntries(pairs) as Record<string, string>, data: unescape(data) }
}

function unescape(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}

describe('annotations', () => {
  it('any text is read back by the runner as it was, and nothing else', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '::', '\n', '%', '%0A', ',', '=', ':', ';', '##[error]', ']', 'é'),
    })
    fc.assert(
      fc.property(text, text, text, (title, message, file) => {
        const line = annotation({ level: 'error', title, message, place: { file, line: 3, column: 4 } })
        expect(line).not.toMatch(/[\r\n]/)
        expect(commandIn(line)).toEqual({
          name: 'error',
          properties: { file: file.replaceAll('\n', '\\n'), line: '3', col: '4', title: title.replaceAll('\n', '\\n') },
          data: message,
        })
      }),
    )
  })

  it('a line of the log is never a command', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('::', ':', ' ', '##[', '#', '[', ']', 'error', '\t', 'a') }),
        (text) => commandIn(withoutLogCommands(text)) === undefined,
      ),
    )
  })

  it('hold their own levels only, whatever the document holds; the verdict is the first', async () => {
    for (const [name, document] of await everyDocumentAndHostileOnes()) {
      const lines = reporter.render(document, fileStyle).trimEnd().split('\n')
      const commands = lines.map(commandIn)
      expect(commands.slice(0, 2), name).toEqual([undefined, undefined])
      expect(
        commands
          .slice(2)
          .every((command) => command !== undefined && ['error', 'warning', 'notice'].includes(command.name)),
        name,
      ).toBe(true)
      expect(commands[2]?.properties['title'], name).toMatch(/^preflight: /)
      expect(
        commands.some((command) => command?.name === 'error'),
        name,
      ).toBe(document.exitCode !== 0)
    }
  })

  it('are at the line of the environment file, else at the definition', async () => {
    const commands = reporter
      .render(new Map(await everyDocument()).get('every-status')!, fileStyle)
      .split('\n')
      .map(commandIn)
    const of = (title: string) => commands.find((command) => command?.properties['title'] === title)
    expect(of('demo/config/fails (fail)')).toMatchObject({
      name: 'error',
      properties: { file: 'production.env', line: '7' },
    })
    expect(of('demo/config/crashes (error)')).toMatchObject({
      name: 'error',
      properties: { file: 'checks/demo/a.yaml', line: '1' },
    })
    expect(of('demo/config/soft-fails (warn)')).toMatchObject({ name: 'warning' })
  })
})
