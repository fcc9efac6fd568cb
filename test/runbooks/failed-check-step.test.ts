import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRun } from '../../src/runbooks/start-run.js'
import { freePort } from '../../sandbox/process/free-port.js'
import { booksOf, quietly } from '../e2e/runbooks/quiet.js'

const root = mkdtempSync(join(tmpdir(), 'preflight-check-step-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const check = (title: string, expect: string, needs = '') => `
    title: ${title}
    severity: blocker
    class: dependency
    tcp: { address: "\${{ inputs.address }}" }
    expect: ["${expect}"]
    fix: start it
    source: none${needs === '' ? '' : `\n    needs: [${needs}]`}`

beforeAll(() => {
  const pack = join(root, 'checks/example')
  mkdirSync(pack, { recursive: true })
  writeFileSync(join(pack, 'pack.yaml'), 'inputs:\n  address: { type: string, description: where it listens }\n')
  // The second one's name looks like a header, whose value a redactor hides.
  writeFileSync(
    join(pack, 'door.yaml'),
    `stage: runtime\nchecks:\n  reachable:${check('it answers', "facts.problem.code == 'none'")}\n  rejects-malformed-authorization:${check('it refuses', "facts.problem.code == 'none'", 'example/door/reachable')}\n`,
  )
  const books = join(root, 'runbooks/example')
  mkdirSync(books, { recursive: true })
  writeFileSync(
    join(books, 'guarded.yaml'),
    'title: guarded\ntarget: here\nsteps:\n  - id: guard\n    title: it is ready\n    check: example/door\n',
  )
})

it('names each check that is not green, with what it found, in the record and in the journal', async () => {
  const state = mkdtempSync(join(root, 'state-'))
  const address = `127.0.0.1:${await freePort()}`
  const books = {
    ...booksOf(join(root, 'runbooks')),
    definitions: { checks: [join(root, 'checks')], noBuiltin: true, config: undefined },
    inputs: [`address=${address}`],
  }
  const record = await startRun({ ...books, id: 'example/guarded', ...quietly(state) })
  const found = [
    `example/door/reachable fail: connection-refused after resolve: connect ECONNREFUSED ${address}`,
    'example/door/rejects-malformed-authorization blocked: blocked by example/door/reachable',
  ]
  expect(record.message).toBe('guard failed: 2 of 2 checks are not green')
  expect(record.steps.get('guard')).toMatchObject({
    state: 'failed',
    message: ['2 of 2 checks are not green', ...found].join('\n'),
    facts: { messages: found },
  })
  const journal = readFileSync(join(state, 'runs', record.started.run, 'journal.jsonl'), 'utf8')
  for (const line of found) expect(journal).toContain(JSON.stringify(line).slice(1, -1))
})
