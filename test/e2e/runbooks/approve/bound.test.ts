import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { approvalSubject } from '../../../../src/runbooks/approve/approval.js'
import { approvePlan } from '../../../../src/runbooks/approve/approve-plan.js'
import { prepareRunbook } from '../../../../src/runbooks/prepare/prepare-runbook.js'
import { resumeRun, undoRun } from '../../../../src/runbooks/resume-run.js'
import { startRun } from '../../../../src/runbooks/start-run.js'
import { createJournal } from '../../../../src/runbooks/record/journal-file.js'
import { readJournal } from '../../../../src/runbooks/record/read-journal.js'
import { planJson } from '../../../../src/runbooks/text/runbook-plan-text.js'
import { isLockFolderUsable, machineLockFolder } from '../../../../src/processes/locks/file-lock.js'
import type { JournalEvent } from '../../../../src/runbooks/record/journal.js'
import { signersFile, signingKey } from '../../../runbooks/actions/support/signing.js'
import { booksOf, quietly } from '../quiet.js'

/** What was approved is `script`, with `word`; it fails for as long as there is a file `broken`. */
const book = (signers: string) => `title: something somebody agrees to
target: '\${{ params.folder }}'
parameters:
  folder: { type: path, description: where it works }
  script: { type: path, description: what is run }
  word: { type: string, pattern: '[a-z]+', description: what is written }
steps:
  - id: agreed
    approve: { message: the example goes on, signed: true, signers: "${signers}" }
  - id: look
    run: [sh, '-c', 'if test -e "$1"; then mv "$1" "$2"; fi', look, '\${{ params.folder }}/other', '\${{ params.script }}']
    effect: read
  - id: write
    run: [sh, '\${{ params.script }}', '\${{ params.word }}']
    effect: idempotent
`

function situation() {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-bound-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const key = signingKey(folder)
  mkdirSync(join(folder, 'books/example'), { recursive: true })
  writeFileSync(join(folder, 'books/example/agreement.yaml'), book(signersFile(folder, ['grace@example.org', key])))
  const script = join(folder, 'script')
  writeFileSync(script, `test ! -e ${folder}/broken && echo "$1" >> ${folder}/written\n`)
  const source = (word = 'good') => ({
    ...booksOf(join(folder, 'books')),
    id: 'example/agreement',
    parameters: [`folder=${folder}`, `script=${script}`, `word=${word}`],
  })
  const state = join(folder, 'state')
  let made = 0
  const sign = async (subject: Parameters<typeof approvalSubject>[0]): Promise<string> => {
    const output = join(folder, `approval-${(made += 1)}`)
    return (await approvePlan({ ...(await approvalSubject(subject)), output, key: key.path, validFor: 600_000 })).file
  }
  return {
    folder,
    script,
    state,
    source,
    sign,
    start: (approvals: readonly string[], { word = 'good', where = state } = {}) =>
      startRun({ ...source(word), ...quietly(where, { approvals }) }),
    resume: (
      approvals: readonly string[],
      { where = state, head = undefined as string | undefined, accepted = [] as readonly string[] } = {},
    ) =>
      resumeRun({
        ...source(),
        parameters: [],
        ...quietly(where, { approvals }),
        run: 'last',
        head,
        acceptedChanges: accepted,
      }),
    ofRun: () => sign({ named: 'last', plan: undefined, step: 'agreed', digest: undefined, state }),
    ofPlan: async (word = 'good') => {
      const { plan } = await prepareRunbook(source(word))
      return sign({
        named: plan.hash,
        plan: undefined,
        step: 'agreed',
        digest: plan.steps[0]!.approval!.digest,
        state: undefined,
      })
    },
    written: () =>
      existsSync(join(folder, 'written')) ? readFileSync(join(folder, 'written'), 'utf8').trim().split('\n') : [],
  }
}

const isMachineShared = await isLockFolderUsable(machineLockFolder)

const failedWith = (message: RegExp) => ({ state: 'failed', message: expect.stringMatching(message) as string })

/** Writes a run's journal anew, with a chain that is whole, from events that were changed. */
async function rewrite(state: string, change: (event: JournalEvent) => JournalEvent): Promise<void> {
  const folder = join(state, 'runs', readdirSync(join(state, 'runs'))[0]!)
  const { entries } = await readJournal(folder)
  rmSync(join(folder, 'journal.jsonl'))
  rmSync(join(folder, 'journal.head'))
  const journal = await createJournal(folder)
  for (const { event } of entries) await journal.append(change(event))
  await journal.close()
}

function without<Value extends object>(value: Value, ...names: readonly string[]): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as Value
}

describe('an approval of a run', () => {
  it('lets that run go on, and the journal says which it was', async () => {
    const { start, resume, ofRun, written, state, folder } = situation()
    const stopped = await start([])
    expect(stopped).toMatchObject({ state: 'cancelled', exitCode: 23 })
    const ended = await resume([await ofRun()])
    expect(ended).toMatchObject({ state: 'completed' })
    expect(ended.steps.get('agreed')!.facts).toMatchObject({
      by: 'grace@example.org',
      proof: 'signature',
      digest: stopped.started.steps[0]!.approves,
      id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    })
    expect(readdirSync(join(state, 'approvals'))).toEqual([
      `approval-${String(ended.steps.get('agreed')!.facts['document'])}.json`,
    ])
    expect(written()).toEqual(['good'])
    expect(existsSync(join(folder, 'approval-1'))).toBe(true)
  })

  it('is for no other run of the same plan', async () => {
    const { start, ofRun, written } = situation()
    await start([])
    expect(await start([await ofRun()])).toMatchObject(failedWith(/it is for the run \S+; this is \S+;/))
    expect(written()).toEqual([])
  })

  it('is used once, whatever copies there are of the run', async () => {
    const { start, resume, ofRun, written, state, folder } = situation()
    await start([])
    const approval = await ofRun()
    const copy = join(folder, 'copy')
    cpSync(state, copy, { recursive: true })
    expect(await resume([approval])).toMatchObject({ state: 'completed' })
    // What was used is remembered with the state folder, and goes with it.
    cpSync(join(state, 'approvals'), join(copy, 'approvals'), { recursive: true })
    expect(await resume([approval], { where: copy })).toMatchObject(
      failedWith(/it was already used, at \S+, by this run in another copy of its folder/),
    )
    expect(await resume([approval], { where: copy })).toMatchObject({ state: 'failed' })
    expect(written()).toEqual(['good'])
  })

  it('is for what it approved: not for a parameter that was edited in a journal with a new chain', async () => {
    const { start, resume, ofRun, written, state } = situation()
    await start([])
    const approval = await ofRun()
    const edited = { word: { value: 'evil' } }
    await rewrite(state, (event) =>
      event.type === 'run-started' ? { ...event, parameters: { ...event.parameters, ...edited } } : event,
    )
    await expect(resume([approval])).rejects.toThrow(/parameter:word was "good", is "evil"/)
    // A journal of an earlier version has no list to compare with.
    await rewrite(state, (event) => (event.type === 'run-started' ? { ...event, covers: undefined } : event))
    expect(await resume([approval])).toMatchObject(
      failedWith(/the approved content has changed: it is for sha256:\w+, and the step now has sha256:\w+/),
    )
    expect(written()).toEqual([])
  })

  it('is not for a file that was changed since', async () => {
    const { start, resume, ofRun, written, script } = situation()
    await start([])
    const approval = await ofRun()
    writeFileSync(script, 'echo evil\n')
    await expect(resume([approval])).rejects.toThrow(`file:${script} was`)
    expect(await resume([approval], { accepted: [`file:${script}`] })).toMatchObject(
      failedWith(/the approved content has changed: it is for sha256:\w+, and the step now has sha256:\w+/),
    )
    expect(written()).toEqual([])
  })

  it('lapses where what it approved is changed before it is done: it is approved again', async () => {
    const { start, resume, ofRun, sign, written, state, script, folder } = situation()
    await start([])
    writeFileSync(join(folder, 'broken'), '')
    expect(await resume([await ofRun()])).toMatchObject(failedWith(/^write failed/))
    writeFileSync(script, `echo mended >> ${folder}/written\n`)
    await expect(resume([])).rejects.toThrow(`file:${script} was`)
    const asked = await resume([], { accepted: [`file:${script}`] })
    expect(asked).toMatchObject({ state: 'cancelled', exitCode: 23 })
    const { entries } = await readJournal(join(state, 'runs', asked.started.run))
    expect(entries.map(({ event }) => event)).toContainEqual({
      type: 'approval-lapsed',
      step: 'agreed',
      reason: expect.stringMatching(
        /^what agreed approved has changed since then \(sha256:\w+, now sha256:\w+\): it must be approved again$/,
      ) as string,
    })
    expect(written()).toEqual([])
    // The message of the run that asks again has what the approver needs.
    const digest = /--digest (sha256:[0-9a-f]{64})/.exec(asked.message)![1]
    const { run, planHash } = asked.started
    const again = await sign({ named: run, plan: planHash, step: 'agreed', digest, state: undefined })
    expect(await resume([again])).toMatchObject({ state: 'completed' })
    expect(written()).toEqual(['mended'])
  })

  it('is not for a file that is changed between the approval and the step, in the same process', async () => {
    const { start, resume, ofRun, written, script, folder } = situation()
    await start([])
    const approval = await ofRun()
    // Somebody else's doing, in the time between: here the step that says that it only reads.
    writeFileSync(join(folder, 'other'), 'echo evil\n')
    expect(await resume([approval])).toMatchObject(
      failedWith(new RegExp(`^write failed: what agreed approved has changed since then: ${script}; resume the run`)),
    )
    expect(written()).toEqual([])
    expect(await resume([approval])).toMatchObject(
      failedWith(/the approved content has changed: it is for sha256:\w+, and the step now has sha256:\w+/),
    )
    expect(written()).toEqual([])
  })

  it('lapses where an earlier version wrote the journal, which does not say what was approved', async () => {
    const { start, resume, ofRun, written, state, folder } = situation()
    await start([])
    writeFileSync(join(folder, 'broken'), '')
    await resume([await ofRun()])
    rmSync(join(folder, 'broken'))
    await rewrite(state, (event) => {
      if (event.type === 'run-started') return { ...event, steps: event.steps.map((step) => without(step, 'approves')) }
      if (event.type !== 'step-result' || event.step !== 'agreed') return event
      return { ...event, facts: without(event.facts, 'digest', 'id', 'document', 'keysCompared') }
    })
    expect(await resume([])).toMatchObject({ state: 'cancelled', exitCode: 23 })
    const { entries } = await readJournal(join(state, 'runs', readdirSync(join(state, 'runs'))[0]!))
    expect(entries.map(({ event }) => event)).toContainEqual({
      type: 'approval-lapsed',
      step: 'agreed',
      reason:
        'an earlier version of preflight recorded the approval of agreed without what was approved: it must be approved again',
    })
    await expect(ofRun()).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining('does not say what agreed approves: an earlier version wrote it') as string,
    })
    expect(written()).toEqual([])
  })

  it('is refused where a step before it changed who may sign: that is named', async () => {
    const { folder, start, resume, ofRun, written } = situation()
    const signers = signersFile(folder, ['grace@example.org', signingKey(folder)])
    const steps = `steps:\n  - id: meanwhile\n    run: [sh, '-c', 'echo "# another line" >> "$1"', sh, ${signers}]\n    effect: idempotent\n`
    writeFileSync(join(folder, 'books/example/agreement.yaml'), book(signers).replace('steps:\n', steps))
    expect(await start([])).toMatchObject({ state: 'cancelled', exitCode: 23 })
    const approval = await ofRun()
    await expect(resume([approval])).rejects.toThrow(`approval_signers:${signers} changed while the step meanwhile ran`)
    expect(written()).toEqual([])
  })

  it('stays where nothing of it has changed', async () => {
    const { start, resume, ofRun, written, folder } = situation()
    await start([])
    writeFileSync(join(folder, 'broken'), '')
    expect(await resume([await ofRun()])).toMatchObject({ state: 'failed' })
    rmSync(join(folder, 'broken'))
    expect(await resume([])).toMatchObject({ state: 'completed' })
    expect(written()).toEqual(['good'])
  })
})

describe('an approval of a plan', () => {
  it('is for the plan that was saved', async () => {
    const { source, state, folder, ofPlan, written } = situation()
    const { plan } = await prepareRunbook(source())
    writeFileSync(join(folder, 'plan.json'), planJson(plan))
    const ended = await startRun({
      ...source(),
      plan: join(folder, 'plan.json'),
      ...quietly(state, { approvals: [await ofPlan()] }),
    })
    expect(ended).toMatchObject({ state: 'completed' })
    expect(written()).toEqual(['good'])
  })

  it('is for the first run of that plan, and is used by it', async () => {
    const { start, ofPlan, written } = situation()
    const approval = await ofPlan()
    const first = await start([approval])
    expect(first).toMatchObject({ state: 'completed' })
    expect(await start([approval])).toMatchObject(
      failedWith(new RegExp(`it was already used, at \\S+, by the step agreed of the run ${first.started.run}`)),
    )
    expect(written()).toEqual(['good'])
  })

  it.runIf(isMachineShared)('is used on this machine, whichever state folder a run has', async () => {
    const { start, ofPlan, written, folder } = situation()
    const approval = await ofPlan()
    expect(await start([approval])).toMatchObject({ state: 'completed' })
    expect(await start([approval], { where: join(folder, 'another') })).toMatchObject(failedWith(/it was already used/))
    expect(written()).toEqual(['good'])
  })

  it('is for no plan with another parameter', async () => {
    const { start, ofPlan, written } = situation()
    expect(await start([await ofPlan()], { word: 'evil' })).toMatchObject(failedWith(/it approves another plan/))
    expect(written()).toEqual([])
  })
})

describe('a head that was kept when the run stopped', () => {
  it('is reported by the run, and found again', async () => {
    const { start, resume, ofRun } = situation()
    const { anchor } = await start([])
    expect(await resume([await ofRun()], { head: anchor })).toMatchObject({ state: 'completed' })
  })

  it('refuses an approval that was written into a journal with a new chain; without it nothing can', async () => {
    const { start, resume, state, written, source } = situation()
    const { anchor } = await start([])
    const forged = { approved: true, by: 'grace', proof: 'signature', digest: '' }
    await rewrite(state, (event) => {
      if (event.type === 'run-started') forged.digest = event.steps[0]!.approves!
      return event.type === 'step-result' ? { ...event, state: 'done', message: '', facts: forged } : event
    })
    await expect(resume([], { head: anchor })).rejects.toMatchObject({
      exitCode: 27,
      message: expect.stringContaining('was rewritten') as string,
    })
    await expect(
      undoRun({ ...source(), parameters: [], ...quietly(state), run: 'last', reason: 'test', head: anchor }),
    ).rejects.toMatchObject({ exitCode: 27 })
    await expect(resume([], { head: 'last' })).rejects.toMatchObject({ name: 'UsageError' })
    expect(written()).toEqual([])
    expect(await resume([])).toMatchObject({ state: 'completed' })
  })
})
