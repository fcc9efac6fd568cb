import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { builtinChecks, builtinRunbooks } from '../../src/base/package.js'
import {
  builtInDocument,
  restored,
  stored,
  storedName,
  type StoredNode,
} from '../../src/definitions/built-in-documents.js'
import { readYamlDocument } from '../../src/definitions/document.js'
import { Problems } from '../../src/definitions/yaml-node.js'

const files = [builtinChecks, builtinRunbooks].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name)),
)

const everything = `a: &anchor { b: [1, 2.5, true, null, "text", 'more'], "quoted": ~ }
c: *anchor
empty:
text: |
  two
  lines
`

it.each([...files, 'everything.yaml'])('keeps all of %s', (file) => {
  const text = file === 'everything.yaml' ? everything : readFileSync(file, 'utf8')
  const document = readYamlDocument(text, file, new Problems())!
  expect(document).toBeDefined()
  expect(restored(JSON.parse(JSON.stringify(stored(document))) as StoredNode, file)).toEqual(document)
})

it('is named by the text alone, and asked only by what was built', () => {
  const text = readFileSync(files[0]!, 'utf8')
  expect(storedName(text)).toMatch(/^[0-9a-f]{64}\.txt$/)
  expect(storedName(`${text} `)).not.toBe(storedName(text))
  expect(builtInDocument(text, 'a.yaml')).toBeUndefined()
})
