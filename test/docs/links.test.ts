import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const pages = ['README.md', 'CONTRIBUTING.md', 'runbooks/README.md', ...markdownIn('docs')]

function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file))
    .sort()
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/** A page's text without its code, where brackets are not links. */
function proseOf(page: string): string {
  return read(page)
    .replace(/^ *```.*?^ *```$/gms, '')
    .replace(/`[^`\n]*`/g, 'code')
}

/** Targets of its links to files and headings, without those to the web. */
function linksOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
}

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = read(page)
    .replace(/^ *```.*?^ *```$/gms, '')
    .matchAll(/^#+ (.*)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

it('every link leads to a file or heading that is there', () => {
  expect(pages.length).toBeGreaterThan(50)
  expect(pages.flatMap((page) => brokenLinks(page).map((link) => `${page}: ${link}`))).toEqual([])
})

it('every file of the sources that a page names is there', () => {
  const written = pages.filter((page) => !/^docs\/(?:reference|runbooks)\//.test(page))
  expect(written.flatMap((page) => missingFiles(page).map((path) => `${page}: ${path}`))).toEqual([])
})

function brokenLinks(page: string): readonly string[] {
  return linksOf(page).filter((link) => {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? page : relative(root, resolve(root, dirname(page), path))
    if (!existsSync(join(root, target))) return true
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor)
  })
}

/** Those in the folders of the sources; pages that show how to add a file write NAME for it. */
function missingFiles(page: string): readonly string[] {
  return [...read(page).matchAll(/`((?:src|test|scripts|sandbox|schemas|bench|bin|ci)\/[\w./-]+)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => !/\bNAME\b/.test(path) && !existsSync(join(root, path)))
}

it('the index of the documentation links to every page', () => {
  const index = new Set(linksOf('docs/README.md').map((link) => join('docs', link.split('#')[0]!)))
  const listed = (page: string): boolean =>
    index.has(page) || [...index].some((link) => page.startsWith(`${link}/`) && !link.endsWith('.md'))
  expect(pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md' && !listed(page))).toEqual([])
})
