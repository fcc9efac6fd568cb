import fc from 'fast-check'
import { expect, it } from 'vitest'
import { growingRedactor } from '../../../src/redaction/redact.js'
import type { Operation, StepDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import { SecretOutputs } from '../../../src/runbooks/record/secret-outputs.js'
import { propertyRuns } from '../../property-runs.js'
import { MemoryRun, planned, step, undo, World } from './support.js'

/** The common encodings of a text, each as a step may print it. */
const encodings: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 of a header': (text) => Buffer.from(`user:${text}`).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'capital hex': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  percent: (text) => encodeURIComponent(text),
  'a form': (text) => new URLSearchParams({ text }).toString(),
  JSON: (text) => JSON.stringify({ text }),
  'JSON in JSON': (text) => JSON.stringify({ text: JSON.stringify(text) }),
  'every byte escaped': (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  reversed: (text) => [...text].reverse().join(''),
}

const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))
const secret = fc
  .string({ unit: printable, minLength: 12, maxLength: 60 })
  .filter((text) => new Set(text).size > 6 && !/^\d+$/.test(text))

interface Echo {
  readonly encoding: string
  readonly around: string
  readonly how: 'passes' | 'fails' | 'throws' | 'outputs'
  readonly effect: 'read' | 'idempotent' | 'once'
  readonly hasUndo: boolean
}

const echo: fc.Arbitrary<Echo> = fc.record({
  encoding: fc.constantFrom(...Object.keys(encodings)),
  around: fc.constantFrom('', 'token=', 'it said "', 'Bearer ', '\n\t', '{'),
  how: fc.constantFrom('passes', 'passes', 'passes', 'fails', 'throws', 'outputs'),
  effect: fc.constantFrom('read', 'idempotent', 'once'),
  hasUndo: fc.boolean(),
})

const noteOf = ({ facts }: { facts?: unknown }): string => (facts as { note: string }).note
const note = { source: 'facts.note', references: ['facts.note'], evaluate: noteOf }

function using<Each extends Operation>(one: Each): Each {
  return { ...one, action: { ...one.action, secrets: ['token'] } }
}

function echoing(
  world: World,
  token: string,
  { encoding, around, how, effect, hasUndo }: Echo,
  index: number,
): StepDefinition {
  const id = `echo-${index}`
  const text = `${around}${encodings[encoding]!(token)} and so on`
  const answer = () => {
    if (how === 'throws') throw new Error(`it broke at ${text}`)
    return { ok: how !== 'fails', note: text, body: { list: [{ [text]: 1 }] } }
  }
  world.behaviours.set(id, answer)
  world.behaviours.set(`un${id}`, () => ({ ok: true, note: text, body: { [text]: 1 } }))
  const definition = step(id, { effect, ...(hasUndo && effect !== 'read' ? { undo: using(undo(`un${id}`)) } : {}) })
  return using({
    ...definition,
    capture: how === 'outputs' ? [{ name: `out${index}`, type: 'string', value: note }] : [],
  })
}

it('no journal of a run holds a secret that a step captured, in any common encoding', async () => {
  await fc.assert(
    fc.asyncProperty(
      secret,
      fc.array(echo, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('read', 'idempotent', 'once'),
      fc.boolean(),
      fc.nat(),
      async (token, echoes, effect, goesBack, cut) => {
        const world = new World()
        world.behaviours.set('login', () => ({ ok: true, note: token }))
        const login = step('login', { effect, capture: [{ name: 'token', type: 'secret', value: note }] })
        const steps = [login, ...echoes.map((each, index) => echoing(world, token, each, index))]
        const run = new MemoryRun(world, planned(steps), { onFailure: goesBack ? 'undo' : 'stop' })
        const process = () => {
          const redact = growingRedactor([])
          return { redact, secrets: new SecretOutputs(redact) }
        }
        await run.go(process())
        const { length } = run.entries
        const first = JSON.stringify(run.entries)
        run.entries.splice(1 + (cut % length))
        run.refold()
        if (run.fold.record.state !== 'undone' && !run.fold.record.state.startsWith('completed'))
          await run.resume(process())
        const journals = `${first}\n${JSON.stringify(run.entries)}`
        // What the escapes of JSON hide is looked for as well.
        const read = `${journals}\n${strings(run.entries).join('\n')}`
        for (const [name, encode] of Object.entries(encodings)) {
          const form = encode(token)
          expect(read.includes(form.slice(0, 11)) && read.includes(form), name).toBe(false)
        }
        expect(read).not.toContain(token.slice(0, 10))
        expect(read).not.toContain(token.slice(-10))
      },
    ),
    { numRuns: propertyRuns(600) },
  )
})

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}
