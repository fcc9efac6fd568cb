import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/policies.md'), 'utf8')
const named = [...page.matchAll(/`((?:arqonbus|shield)\/[a-z-]+\/[a-z-]+)`/g)].map((match) => match[1]!)

interface Check {
  readonly severity: string
  readonly waivable?: boolean
}

function checkOf(id: string): Check | undefined {
  const [system = '', area = '', key = ''] = id.split('/')
  const { checks } = parse(readFileSync(join(root, 'checks', system, `${area}.yaml`), 'utf8')) as {
    readonly checks: Readonly<Record<string, Check>>
  }
  return checks[key]
}

it('the page of policies names checks', () => {
  expect(named.length).toBeGreaterThan(15)
  expect(new Set(named).size).toBe(named.length)
})

it.each(named)('%s can be waived, and is more than advisory', (id) => {
  const check = checkOf(id)
  expect(check).toBeDefined()
  expect(check?.waivable ?? true).toBe(true)
  expect(check?.severity).not.toBe('advisory')
})
