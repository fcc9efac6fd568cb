import type { JournalEvent, JournalEventOf } from '../../../src/runbooks/record/journal.js'
import { RunFold } from '../../../src/runbooks/record/run-record.js'
import { createRunbookView } from '../../../src/runbooks/view/create-runbook-view.js'
import type { RunbookView, RunbookViewOptions } from '../../../src/runbooks/view/runbook-view.js'
import type { Terminal } from '../../engine/terminal.js'

export const ada = { user: 'ada', uid: 1000, host: 'ops-1', pid: 4711 }

/** A run as its view gets it: each event is folded first, as the executor does. */
export class ShownRun {
  readonly fold: RunFold
  view!: RunbookView
  #seq = 1

  constructor(readonly steps: RunbookViewOptions['steps']) {
    const start: JournalEventOf<'run-started'> = {
      type: 'run-started',
      format: 1,
      run: 'run',
      runbook: 'example/example',
      title: 'an example',
      tool: '0',
      planHash: 'sha256:00',
      definition: {},
      parameters: {},
      target: 'example',
      operator: ada,
      onFailure: 'stop',
      practice: false,
      steps: steps.map(({ path, title }) => ({
        path,
        title,
        kind: 'act',
        effect: 'once',
        isManual: false,
        undo: 'idempotent',
        pointOfNoReturn: false,
      })),
    }
    this.fold = new RunFold({ seq: 1, at: '2026-01-02T03:04:05.000Z', event: start })
  }

  async open(terminal: Terminal, mode: RunbookViewOptions['mode']): Promise<void> {
    this.view = await createRunbookView(this.options(terminal, mode))
  }

  options(terminal: Terminal, mode: RunbookViewOptions['mode']): RunbookViewOptions {
    const redact = (text: string): string => text.replaceAll('hunter2', '[redacted]')
    return {
      title: 'an example',
      steps: this.steps,
      recordOf: (path) => this.fold.step(path),
      stream: terminal.stream,
      mode,
      colour: false,
      redact,
    }
  }

  /** Folds without telling: what happened before the view was opened. */
  before(event: JournalEvent): void {
    this.fold.apply(this.#entry(event))
  }

  tell(event: JournalEvent): void {
    const entry = this.#entry(event)
    this.fold.apply(entry)
    this.view.onEvent({ type: 'journal', entry })
  }

  #entry(event: JournalEvent) {
    this.#seq += 1
    return { seq: this.#seq, at: '2026-01-02T03:04:05.000Z', event }
  }

  begins(step: string, attempt = 1): void {
    this.tell({ type: 'step-intent', step, attempt, action: [] })
  }

  ends(step: string, more: Partial<JournalEventOf<'step-result'>> = {}): void {
    this.tell({
      type: 'step-result',
      step,
      attempt: 1,
      state: 'done',
      effect: 'possible',
      message: '',
      facts: {},
      outputs: {},
      durationMs: 1234,
      ...more,
    })
  }

  says(step: string, text: string): void {
    this.view.onEvent({ type: 'output', step, text })
  }
}

export const threeSteps = [
  { path: 'one', title: 'the first' },
  { path: 'two', title: 'the second' },
  { path: 'two/three', title: 'the third' },
]
