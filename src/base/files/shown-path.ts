import { relative, resolve } from 'node:path'

/** A path as a person would type it here, and as reports name it: what is below the working folder is relative. */
export function shownPath(path: string): string {
  const near = relative('', path)
  if (near === '') return '.'
  return near === '..' || near.startsWith('../') ? resolve(path) : near
}
