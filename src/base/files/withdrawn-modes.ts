/** Permissions of files that were taken away at the start, so that what is written in their place has them too. */
const modes = new Map<string, number>()

/** @param path absolute */
export function keepMode(path: string, mode: number): void {
  modes.set(path, mode)
}

/** The permissions that a file had which was taken away; `undefined` for any other. */
export function keptMode(path: string): number | undefined {
  return modes.get(path)
}
