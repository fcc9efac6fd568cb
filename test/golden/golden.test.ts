import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { reporterRegistry } from '../../src/checks/result/reporter.js'
import { specs } from './specs.js'

const folder = fileURLToPath(new URL('.', import.meta.url))
const isUpdating = process.env['UPDATE_GOLDEN'] === '1'
const options = { colour: false, width: 80 }

/** `<spec>.<exit>.<format>.txt`: the exit code stands in the document, so it is the same in every format. */
describe('golden reports (UPDATE_GOLDEN=1 writes them anew)', () => {
  const expected = new Set<string>()
  for (const [spec, makeDocument] of Object.entries(specs)) {
    it(`${spec}, in every format`, async () => {
      const document = await makeDocument()
      for (const format of reporterRegistry.names()) {
        const text = (await reporterRegistry.load(format)).render(document, options)
        const name = `${spec}.${document.exitCode}.${format}.txt`
        expected.add(name)
        if (isUpdating) writeFileSync(`${folder}${name}`, text)
        expect(text, name).toBe(readFileSync(`${folder}${name}`, 'utf8'))
      }
    })
  }

  it('are all of a spec that exists', () => {
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.txt'))
        .toSorted(),
    ).toEqual([...expected].toSorted())
  })
})
