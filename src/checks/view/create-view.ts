import { createPlainView } from './plain-view.js'
import type { View, ViewOptions } from './check-view.js'

/** Opens a view. Asynchronous because the library behind the live one is imported only when it is wanted. */
export async function createView(options: ViewOptions): Promise<View> {
  if (options.mode === 'silent')
    return {
      onEvent: () => undefined,
      onWaiting: () => undefined,
      finish: async () => undefined,
      abort: () => undefined,
    }
  if (options.mode === 'plain') return createPlainView(options)
  const { createLiveView } = await import('./live/live-view.js')
  return createLiveView(options)
}
