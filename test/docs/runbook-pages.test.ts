import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { problemsOf } from '../runbooks/load/books.js'

const pages = resolve(import.meta.dirname, '../../docs')

/** The complete runbooks on the pages: blocks whose first line is a comment with the path of one. */
const runbooks = readdirSync(pages)
  .filter((page) => page.endsWith('.md'))
  .flatMap((page) =>
    [...readFileSync(join(pages, page), 'utf8').matchAll(/^```yaml\n# runbooks\/(\S+\.yaml)\n(.*?)^```$/gms)].map(
      ([, path = '', text = '']) => [path, text] as const,
    ),
  )

it('there are such runbooks', () => {
  expect(runbooks.map(([path]) => path).toSorted()).toEqual([
    'edge/drain.yaml',
    'edge/parameters.yaml',
    'site/backup.yaml',
    'site/daily.yaml',
    'site/limit.yaml',
    'site/maintenance.yaml',
  ])
})

it('they compile', async () => {
  expect(await problemsOf(Object.fromEntries(runbooks))).toEqual([])
})
