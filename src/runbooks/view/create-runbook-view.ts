import { createPlainRunbookView } from './plain-runbook-view.js'
import type { RunbookView, RunbookViewOptions } from './runbook-view.js'

/** Opens a view. Asynchronous because the library behind the live one is imported only when it is wanted. */
export async function createRunbookView(options: RunbookViewOptions): Promise<RunbookView> {
  if (options.mode === 'silent')
    return { onEvent: () => undefined, finish: async () => undefined, abort: () => undefined }
  if (options.mode === 'plain') return createPlainRunbookView(options)
  const { createLiveRunbookView } = await import('./live.js')
  return createLiveRunbookView(options)
}
