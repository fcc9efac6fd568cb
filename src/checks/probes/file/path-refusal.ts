import { codeOf } from '../../../base/errors.js'

/** Why the system shows nothing at a path; `none` when it does. */
export const pathRefusals = ['none', 'missing', 'forbidden', 'link-loop'] as const
type PathRefusal = (typeof pathRefusals)[number]

const refusals: Readonly<Record<string, PathRefusal>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ENAMETOOLONG: 'missing',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  ELOOP: 'link-loop',
}

/** @throws what was thrown, when it says nothing of the path: an input/output error, too many open files */
export function pathRefusal(thrown: unknown): PathRefusal {
  const refusal = refusals[codeOf(thrown)]
  if (refusal === undefined) throw thrown
  return refusal
}
