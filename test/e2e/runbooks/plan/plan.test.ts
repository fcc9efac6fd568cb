import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareRunbook } from '../../../../src/runbooks/prepare/prepare-runbook.js'
import { startRun } from '../../../../src/runbooks/start-run.js'
import { planJson, planText } from '../../../../src/runbooks/text/runbook-plan-text.js'
import { textStyle } from '../../../../src/cli/base-command.js'
import { booksOf, quietly } from '../quiet.js'
import { thisShell } from '../../../../src/environment/environment-source.js'
import { noEnvironment } from '../../../../src/environment/tested-environment.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-plan-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const password = 'Qm7-kq2Zp9.vT4xL-8w'

/** Every file below a folder with its size and time of change. */
function everythingIn(path: string): readonly string[] {
  return readdirSync(path, { recursive: true })
    .map(String)
    .sort()
    .map((name) => {
      const { size, mtimeMs, mode } = statSync(join(path, name))
      return `${name} ${size} ${mtimeMs} ${mode}`
    })
}

it('leaves no trace: nothing is run, contacted, opened for ever or written', async () => {
  let visitors = 0
  const listener = createServer((socket) => {
    visitors += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(listener.address() as AddressInfo).port}`
  const script = join(folder, 'script')
  const environmentFile = join(folder, 'deployed.env')
  writeFileSync(environmentFile, 'REGION=eu\n')
  writeFileSync(script, `#!/bin/sh\ntouch ${folder}/script-ran\n`, { mode: 0o755 })
  execFileSync('mkfifo', [join(folder, 'pipe')])
  process.env['PLAN_TEST_DATABASE'] = `postgresql://app:${password}@${address}/app`
  process.env['XDG_STATE_HOME'] = join(folder, 'state')
  const before = everythingIn(folder)
  const here = everythingIn('.').filter((name) => name.includes('pwned'))
  try {
    const options = {
      ...booksOf(join(import.meta.dirname, 'books')),
      definitions: { checks: [], noBuiltin: false, config: undefined },
      environment: { ...noEnvironment, files: [environmentFile] },
    }
    const { plan } = await prepareRunbook({
      ...options,
      id: 'example/tracing',
      parameters: [`folder=${folder}`, `script=${script}`, `pipe=${join(folder, 'pipe')}`, `address=${address}`],
    })
    const texts = [
      planText(plan, textStyle(), {
        command: `preflight runbook run ${plan.runbook} --plan ${plan.hash}`,
        folder: process.cwd(),
      }),
      planJson(plan),
    ]
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(visitors).toBe(0)
    expect(everythingIn(folder)).toEqual(before)
    expect(everythingIn('.').filter((name) => name.includes('pwned'))).toEqual(here)
    expect(plan.steps.map((step) => step.path)).toContain('choose/right/go')
    expect(plan.steps.map((step) => step.path)).toContain('other/touch')
    for (const text of texts) {
      expect(text).not.toContain(password)
      expect(text).toContain(plan.hash)
    }
    expect(plan.steps.find((step) => step.path === 'run')?.action.lines.join()).toContain(`touch ${folder}/run`)
    expect(plan.steps.find((step) => step.path === 'run')?.undo?.lines.join()).toContain(`touch ${folder}/undo`)
  } finally {
    delete process.env['PLAN_TEST_DATABASE']
    delete process.env['XDG_STATE_HOME']
    listener.close()
  }
})

describe('run --plan', () => {
  const optionsOf = (books: string, parameters: readonly string[], more: object = {}) => ({
    ...booksOf(books),
    parameters,
    id: 'example/copied',
    ...more,
  })

  /** A runbook of its own, and what it is given. */
  function copied() {
    const books = join(folder, 'books')
    cpSync(join(import.meta.dirname, 'changed'), books, { recursive: true })
    const file = join(folder, 'input.txt')
    writeFileSync(file, 'one')
    const tool = join(folder, 'tool')
    writeFileSync(tool, `#!/bin/sh\necho ran >> ${folder}/log\n`, { mode: 0o755 })
    process.env['PLAN_TEST_SECRET'] = 'K4-tz.9Wq_x2LmVb'
    return { books, file, tool, parameters: [`file=${file}`, `tool=${tool}`, 'word=good'] }
  }
  afterEach(() => delete process.env['PLAN_TEST_SECRET'])

  it('carries out exactly what was planned', async () => {
    const { books, parameters } = copied()
    const { plan } = await prepareRunbook(optionsOf(books, parameters))
    expect((await prepareRunbook(optionsOf(books, parameters))).plan.hash).toBe(plan.hash)
    expect(
      await startRun({ ...optionsOf(books, parameters), ...quietly(join(folder, 'state')), plan: plan.hash }),
    ).toMatchObject({ state: 'completed' })
  })

  it.each([
    ['a parameter', ({ parameters }: ReturnType<typeof copied>) => parameters.with(2, 'word=bad')],
    [
      'a secret parameter',
      ({ parameters }: ReturnType<typeof copied>) => (
        (process.env['PLAN_TEST_SECRET'] = 'K4-tz.9Wq_x2LmVc'),
        parameters
      ),
    ],
    [
      'a file that a parameter names',
      ({ parameters, file }: ReturnType<typeof copied>) => (writeFileSync(file, 'two'), parameters),
    ],
    [
      'a program that a step runs',
      ({ parameters, tool }: ReturnType<typeof copied>) => (writeFileSync(tool, '#!/bin/sh\nexit 0\n'), parameters),
    ],
    [
      'the runbook',
      ({ parameters, books }: ReturnType<typeof copied>) => (
        append(join(books, 'example/copied.yaml'), 'on-failure: undo\n'),
        parameters
      ),
    ],
    [
      'a runbook that it includes',
      ({ parameters, books }: ReturnType<typeof copied>) => (
        append(join(books, 'example/included.yaml'), 'description: another\n'),
        parameters
      ),
    ],
  ])('refuses when %s changed', async (_what, change) => {
    const given = copied()
    const { plan } = await prepareRunbook(optionsOf(given.books, given.parameters))
    const parameters = change(given)
    const run = startRun({ ...optionsOf(given.books, parameters), ...quietly(join(folder, 'state')), plan: plan.hash })
    await expect(run).rejects.toMatchObject({ exitCode: 26 })
    expect(readdirSync(folder)).not.toContain('log')
    expect(readdirSync(folder)).not.toContain('state')
  })
})

function append(path: string, text: string): void {
  writeFileSync(path, readFileSync(path, 'utf8') + text)
}

describe('a step that judges checks', () => {
  const planOf = (select: string) => {
    mkdirSync(join(folder, 'books/example'), { recursive: true })
    writeFileSync(
      join(folder, 'books/example/judging.yaml'),
      `title: judge\nparameters:\n  which: { type: string, description: what is judged, default: ${select} }\nsteps:\n  - id: before\n    check: { select: ["\${{ params.which }}"] }\n`,
    )
    return prepareRunbook({
      ...booksOf(join(folder, 'books')),
      definitions: { checks: [], noBuiltin: false, config: undefined },
      environment: { ...noEnvironment, files: [thisShell] },
      id: 'example/judging',
      parameters: [],
    })
  }

  it('and names none that there is, is refused before anything is done', async () => {
    await expect(planOf('shield/nothing')).rejects.toThrow('the step before: unknown check shield/nothing')
    await expect(planOf('shield/nothing')).rejects.toMatchObject({ exitCode: 3 })
  })

  it('and names some is planned', async () => {
    expect((await planOf('shield/config')).plan.steps.map((step) => step.path)).toEqual(['before'])
  })
})
