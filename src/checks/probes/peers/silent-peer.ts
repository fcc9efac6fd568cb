import type { Workbench } from '../../../engine/self-test.js'

/** A peer that takes everything in and never answers. */
export function serveSilence(workbench: Workbench): Promise<number> {
  return workbench.serve((socket) => void socket.resume())
}
