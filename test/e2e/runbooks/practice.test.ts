import { describe, expect, it } from 'vitest'
import { UnansweredError, type Question } from '../../../src/engine/person.js'
import { prepareRunbook } from '../../../src/runbooks/prepare/prepare-runbook.js'
import { practiseGathered, type InjectedPractice, type Practice } from '../../../src/runbooks/practice/practice.js'
import type { Answers } from '../../../src/runbooks/practice/practice-answers.js'
import { allRunbooks } from '../../../src/runbooks/prepare/runbook-source.js'
import type { ParameterDefinition, RunbookDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import type { PlannedStep } from '../../../src/runbooks/plan/runbook-plan.js'
import { booksOf, quietly } from './quiet.js'

const { conductor, terminal, interruption } = quietly('')
const source = { ...booksOf(''), definitions: { checks: [], noBuiltin: false, config: undefined }, runbooks: [] }
const runbooks = await allRunbooks(source)

/** Something that each required parameter may be, so that every runbook can be played. */
function sample({ name, type, values, minimum }: ParameterDefinition): string {
  switch (type) {
    case 'integer':
    case 'number':
      return `${name}=${minimum ?? 1}`
    case 'boolean':
      return `${name}=true`
    case 'enum':
      return `${name}=${values![0]!}`
    case 'url':
      return `${name}=http://127.0.0.1:8080`
    case 'list':
      return name === 'assignments' ? `${name}=ARQONBUS_LOG_LEVEL=INFO` : `${name}=arqonbus/runtime/status`
    case 'path':
      return `${name}=/nonexistent/${name}`
    default:
      return `${name}=sample`
  }
}

function gathered(runbook: RunbookDefinition) {
  const required = runbook.parameters.filter((parameter) => parameter.default === undefined)
  const secrets = required.filter(({ type }) => type === 'secret')
  for (const { name } of secrets) process.env[`PRACTICE_${name}`] = 'postgresql://app:q8-Zk.w2Lx_9vTm@127.0.0.1:1/app'
  return prepareRunbook({
    ...source,
    id: runbook.id,
    isPractice: true,
    parameters: required.filter(({ type }) => type !== 'secret').map(sample),
    parameterVariables: secrets.map(({ name }) => `${name}=PRACTICE_${name}`),
  })
}

const casil = {
  enabled: true,
  mode: 'monitor',
  block_on_probable_secret: false,
  max_payload_bytes: 262_144,
  redaction_patterns: ['token'],
  max_inspect_bytes: 65_536,
  max_patterns: 32,
}
const rows = ['projection', 'events', 'dlq'].map((name) => ({ name, is_there: 1, row_count: 3 }))

/** What steps find out, where later steps look into it. */
const found: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  previous: { previous: casil },
  before: { before: rows, tables_there: 3 },
}

/** What only one runbook goes on with. */
const foundBy: Readonly<Record<string, typeof found>> = { 'arqonbus/recover-memory-mode': { told: { told: 'memory' } } }

function answersFor(id: string, { steps }: Awaited<ReturnType<typeof gathered>>): Answers {
  const known = { ...found, ...foundBy[id] }
  const answers = steps.flatMap(({ path, definition }) =>
    definition.capture.flatMap(({ name, type }) =>
      Object.hasOwn(known, name) && type !== 'boolean' ? [[path, known[name]!] as const] : [],
    ),
  )
  return new Map(answers.map(([path, outputs]) => [path, { outcome: 'done', outputs }]))
}

const without = { failAt: undefined, killAt: undefined, isAsking: false, conductor, terminal, interruption }
const isReached = ({ record }: Practice, { path }: PlannedStep): boolean => record.steps.get(path)!.attempts > 0

describe.each([...runbooks.values()].map((runbook) => [runbook.id, runbook] as const))('%s', (_id, runbook) => {
  it('is planned without a secret, played to its end, and ends honestly when a step fails or its process is killed', async () => {
    const all = await gathered(runbook)
    const play = (more: Partial<InjectedPractice> = {}): Promise<Practice> =>
      practiseGathered(all, answersFor(runbook.id, all), { ...without, ...more })
    expect(all.plan.hash).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(JSON.stringify(all.plan)).not.toContain('q8-Zk.w2Lx_9vTm')
    const good = await play()
    expect(good.record).toMatchObject({ message: '', exitCode: 0 })

    for (const step of all.steps.filter((each) => each.definition.effect !== 'read' && isReached(good, each))) {
      const failed = await play({ failAt: step.path })
      expect([20, 21], `${step.path} fails: ${failed.record.message}`).toContain(failed.record.exitCode)
      // Whatever was done before it and can be taken back is taken back.
      const open = [...failed.record.steps.values()]
        .filter((each) => each.mayHaveEffect && each.undo !== null)
        .map((each) => each.path)
      expect(open, `${step.path} fails`).toEqual(barredBy(failed, open))
      const killed = await play({ killAt: step.path })
      expect(killed.record.exitCode, `${step.path} is killed: ${killed.record.message}`).toBe(0)
    }
  })
})

/** Those of the open steps that a point of no return keeps from being undone. */
function barredBy({ record }: Practice, open: readonly string[]): readonly string[] {
  const barrier = [...record.course]
    .reverse()
    .find((path) => record.steps.get(path)!.pointOfNoReturn && record.steps.get(path)!.mayHaveEffect)
  if (barrier === undefined) return []
  const course = record.course
  return open.filter((path) => course.indexOf(path) <= course.indexOf(barrier))
}

describe('a question of a practice that is not answered', () => {
  const refused = (): Promise<never> => Promise.reject(new UnansweredError('the question was not answered'))

  it.each([
    ['how a step ends', refused],
    [
      'whether it took effect',
      ({ ask }: Question) =>
        ask.startsWith('unknown') ? refused() : Promise.resolve(ask.includes('start the bus') ? 'unknown' : 'done'),
    ],
  ])('ends it with exit code 23: %s', async (_what, pick) => {
    const all = await gathered(runbooks.get('arqonbus/start')!)
    const person = { ...conductor, type: (_question: Question, expected: string) => Promise.resolve(expected), pick }
    await expect(
      practiseGathered(all, new Map(), { ...without, isAsking: true, conductor: person }),
    ).rejects.toMatchObject({ code: 'unanswered', exitCode: 23, message: expect.stringContaining('nothing was done') })
  })
})
