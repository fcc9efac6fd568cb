import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { renderInto } from '../../../src/runbooks/render/render-run.js'

/** A folder with the example runbooks. */
function place() {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-render-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const books = join(folder, 'books')
  cpSync(join(import.meta.dirname, 'books'), books, { recursive: true })
  const source = { definitions: { checks: [], noBuiltin: true, config: undefined }, runbooks: [books] }
  return { folder, books, render: (into: string) => renderInto(source, undefined, into) }
}

it('pages are written below a folder, over earlier pages too', async () => {
  const { folder, render } = place()
  const pages = join(folder, 'pages')
  expect([await render(pages), await render(pages)]).toEqual([2, 2])
  expect(readdirSync(join(pages, 'example')).toSorted()).toEqual(['backup.md', 'deploy.md'])
})

it('no page is written over another file', async () => {
  const { folder, render } = place()
  mkdirSync(join(folder, 'example'))
  writeFileSync(join(folder, 'example/deploy.md'), 'by hand')
  await expect(render(folder)).rejects.toThrow(/^refusing to overwrite .*deploy\.md/)
  expect(readFileSync(join(folder, 'example/deploy.md'), 'utf8')).toBe('by hand')
  expect(readdirSync(join(folder, 'example'))).toEqual(['deploy.md'])
})

it('no page is written among the runbooks that are read', async () => {
  const { books, render } = place()
  const before = readdirSync(join(books, 'example'))
  await expect(render(books)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^refusing to write .*\.md: this command reads the files in /) as string,
  })
  expect(readdirSync(join(books, 'example'))).toEqual(before)
})
